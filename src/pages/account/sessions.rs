//! The sessions of an account.

use crate::desk::{Actor, DeskError, sessions};
use crate::i18n::AccountWords;
use crate::i18n::browser::browser;
use crate::parts::moment::moment;
use crate::store::Session;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

pub(super) async fn card(page: &Page, who: &Actor) -> Result<impl IntoView + use<>, DeskError> {
    let words = AccountWords::of(page.language());
    let found = sessions::own(&page.state.desk, who).await?;
    let several = found.len() > 1;
    let rows = found
        .iter()
        .map(|session| row(page, session, session.token_hash == who.session.token_hash))
        .collect_view();
    let others = several.then(|| {
        view! {
            <form method="post" action=Function::EndSession.path() class="actions">
                <button name="session" value=sessions::OTHERS>{words.end_others}</button>
            </form>
        }
    });
    Ok(view! {
        <section class="card" aria-labelledby="sessions">
            <h2 id="sessions">{words.sessions}</h2>
            <p class="hint">{words.sessions_text}</p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words.col_device}</th>
                        <th scope="col">{words.col_address}</th>
                        <th scope="col">{words.col_made}</th>
                        <th scope="col">{words.col_used}</th>
                        <th scope="col">{words.col_end}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {others}
        </section>
    })
}

fn row(page: &Page, session: &Session, this: bool) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let device = browser(page.language(), &session.client.device)
        .unwrap_or_else(|| words.unknown_device.to_owned());
    let end = if this {
        view! { <strong>{words.this_one}</strong> }.into_any()
    } else {
        view! {
            <form method="post" action=Function::EndSession.path()>
                <input type="hidden" name="session" value=sessions::fingerprint(session)/>
                <button class="danger">{words.end_session}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{device}</th>
            <td>{session.client.address.clone()}</td>
            <td data-label=words.col_made>{moment(page, session.created_at)}</td>
            <td class="told" data-label=words.col_used>{moment(page, session.seen_at)}</td>
            <td>{end}</td>
        </tr>
    }
}
