//! What a record says of a merge, with its undo while that is possible.

use crate::i18n::PatientChangeWords;
use crate::model::consultation::Consultation;
use crate::parts::moment::{with_moment, with_moment_by};
use crate::parts::notice::Notice;
use crate::parts::patient;
use crate::store::patient_changes::{Change, PatientChange};
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

pub(super) fn notice(
    page: &Page,
    consultation: &Consultation,
    merge: &(PatientChange, i64),
) -> Option<impl IntoView + use<>> {
    let words = PatientChangeWords::of(page.language());
    let (change, until) = merge;
    let Change::Merge { merged, .. } = &change.change else { return None };
    let name = format!("{} {}", merged.first_name, merged.last_name);
    let by = with_moment_by(page, page.words().by, change.at, &page.person(&change.by));
    let (id, merge) = (consultation.id.0.clone(), change.id.clone());
    let hint = with_moment(page, words.undo_merge_text, *until);
    Some(view! {
        <Notice kind="info" title=patient::named(words.merged, name.trim())>
            <p><small>{by}</small></p>
            <p>{words.merge_empego}</p>
            <form method="post" action=Function::UndoMerge.path()>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="merge" value=merge/>
                <div class="actions"><button>{words.undo_merge}</button></div>
            </form>
            <p class="hint">{hint}</p>
        </Notice>
    })
}
