//! The invitations of the user's account to other sites.

use crate::desk::accounts::invitations;
use crate::desk::{Actor, DeskError};
use crate::i18n::{AccountWords, account};
use crate::store::NamedInvitation;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// The open invitations. Nothing where there is none.
pub(super) async fn card(
    page: &Page,
    who: &Actor,
) -> Result<Option<impl IntoView + use<>>, DeskError> {
    let words = AccountWords::of(page.language());
    let open = invitations::own(&page.state.desk, who).await?;
    if open.is_empty() {
        return Ok(None);
    }
    let rows = open.iter().map(|open| row(page, open)).collect_view();
    Ok(Some(view! {
        <section class="card" aria-labelledby="invitations">
            <h2 id="invitations">{words.your_invitations}</h2>
            <p class="hint">{words.your_invitations_text}</p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words.col_site}</th>
                        <th scope="col">{words.roles}</th>
                        <th scope="col">{words.invited_by}</th>
                        <th scope="col">{words.col_answer}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }))
}

fn row(page: &Page, open: &NamedInvitation) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let roles = open.invitation.roles.iter();
    let roles = roles.map(|role| account::role(page.language(), role)).collect::<Vec<_>>();
    let site = || view! { <input type="hidden" name="site" value=open.site.id.0.clone()/> };
    view! {
        <tr>
            <th scope="row">{open.site.name.clone()}</th>
            <td>{roles.join(", ")}</td>
            <td data-label=words.invited_by>{page.person(&open.inviter)}</td>
            <td>
                <div class="actions">
                    <form method="post" action=Function::AcceptInvitation.path()>
                        {site()}
                        <input type="hidden" name="roles" value=open.invitation.roles.slugs()/>
                        <button class="primary">{words.accept}</button>
                    </form>
                    <form method="post" action=Function::DeclineInvitation.path()>
                        {site()}
                        <button>{words.decline}</button>
                    </form>
                </div>
            </td>
        </tr>
    }
}
