//! The accounts of a site, for its administrators.

use crate::error::AppError;
use crate::model::forms::{AccountForm, RolesForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What an administrator is told once after an account was added or its password reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The account's e-mail.
    pub email: String,
    /// Where its password is chosen; `None` when it has one from another site.
    pub link: Option<String>,
}

/// Adds an account to the site. Its answer holds the link with which the password is chosen: it is
/// shown once.
#[server(name = AddAccount, endpoint = "add_account")]
pub async fn add_account(#[server(flatten)] form: AccountForm) -> Result<Issued, AppError> {
    use crate::desk::accounts;
    use crate::model::role::{Power, Roles};
    use crate::web::visitor;

    let (state, who) = visitor::may(Power::Administer)?;
    let roles = Roles::from(&form.roles);
    let added = accounts::add(&state.desk, &who, &form.email, &form.name, &roles)
        .await
        .map_err(|error| state.explain(error))?;
    Ok(Issued { email: added.staff.email, link: added.link })
}

/// Sets what an account is at the site.
#[server(name = ChangeRoles, endpoint = "change_roles")]
pub async fn change_roles(
    #[server(default)] id: String,
    #[server(flatten)] roles: RolesForm,
) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::model::role::{Power, Roles};
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let roles = Roles::from(&roles);
    accounts::set_roles(&state.desk, &who, &StaffId(id.clone()), &roles)
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&if roles.is_empty() {
        PageRoute::Staff.path().to_owned()
    } else {
        format!("{}?done=roles", PageRoute::Member.at(&id))
    });
    Ok(())
}

/// Switches an account off (`on` empty) or on again.
#[server(name = SwitchAccount, endpoint = "switch_account")]
pub async fn switch_account(
    #[server(default)] id: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let account = StaffId(id.clone());
    let switched = if on.is_empty() {
        accounts::disable(&state.desk, &who, &account).await
    } else {
        accounts::enable(&state.desk, &who, &account).await
    };
    switched.map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?done=switched", PageRoute::Member.at(&id)));
    Ok(())
}

/// Takes an account's password away. The answer holds the link with which a new one is chosen: it
/// is shown once.
#[server(name = ResetPassword, endpoint = "reset_password")]
pub async fn reset_password(#[server(default)] id: String) -> Result<Issued, AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::model::role::Power;
    use crate::web::visitor;

    let (state, who) = visitor::may(Power::Administer)?;
    let id = StaffId(id);
    let member =
        accounts::member(&state.desk, &who, &id).await.map_err(|error| state.explain(error))?;
    let link = accounts::reset_password(&state.desk, &who, &id)
        .await
        .map_err(|error| state.explain(error))?;
    Ok(Issued { email: member.staff.email, link: Some(link) })
}

/// Removes an account's second factor.
#[server(name = ResetFactor, endpoint = "reset_factor")]
pub async fn reset_factor(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    accounts::reset_factor(&state.desk, &who, &StaffId(id.clone()))
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?done=factor", PageRoute::Member.at(&id)));
    Ok(())
}

/// Lifts an account's wait after wrong tries.
#[server(name = UnlockAccount, endpoint = "unlock_account")]
pub async fn unlock_account(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    accounts::unlock(&state.desk, &who, &StaffId(id.clone()))
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?done=unlocked", PageRoute::Member.at(&id)));
    Ok(())
}

/// Chooses a password by a link that an administrator handed over. The link is used up.
#[server(name = SetPassword, endpoint = "set_password")]
pub async fn set_password(
    #[server(default)] token: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::desk::DeskError;
    use crate::desk::accounts::own;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    match own::set_password(&state.desk, &visitor.client, &token, &new_password).await {
        Ok(()) => {}
        Err(DeskError::NotFound) => {
            state.unknown(&visitor.client, "password link").await?;
            return Err(AppError::Gone);
        }
        Err(error) => return Err(state.explain(error)),
    }
    respond::see_other(&format!("{}?done=password", PageRoute::SignIn.path()));
    Ok(())
}
