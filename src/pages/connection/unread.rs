//! Answers that the profile does not fit: where it looks, and which members were there. No value.

use crate::i18n::ConnectionWords;
use crate::parts::moment::moment;
use crate::web::page::Page;
use leptos::prelude::*;

pub(super) fn card(page: &Page) -> Option<impl IntoView + use<>> {
    let words = ConnectionWords::of(page.language());
    let unread = page.state.desk.empego.unread();
    if unread.is_empty() {
        return None;
    }
    let row = |unread: crate::empego::Unread| {
        let found = match unread.found.as_str() {
            "" => view! { <td>{words.unread_nothing}</td> }.into_any(),
            found => view! { <td><code>{found.to_owned()}</code></td> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row"><code>{unread.call.slug()}</code></th>
                <td><code>{unread.path.clone()}</code></td>
                {found}
                <td>{moment(page, unread.at)}</td>
            </tr>
        }
    };
    let rows = unread.into_iter().map(row).collect_view();
    Some(view! {
        <section class="card" id="unread-answers" aria-labelledby="unread">
            <h2 id="unread">{words.unread}</h2>
            <p class="hint">{words.unread_text}</p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words.unread_call}</th>
                        <th scope="col">{words.unread_path}</th>
                        <th scope="col">{words.unread_found}</th>
                        <th scope="col">{words.unread_when}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    })
}
