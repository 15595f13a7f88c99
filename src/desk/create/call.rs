//! The create call itself.

use crate::desk::{Desk, DeskError, Result, queue};
use crate::empego::{CreatedOf, EmpegoError};
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Creation, Event};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;
use std::error::Error as _;

/// Calls Empego and records the outcome.
pub(super) async fn create(
    desk: &Desk,
    site: &Site,
    consultation: Consultation,
) -> Result<ConsultationId> {
    let id = consultation.id.clone();
    // The outcome is not older than the call, also if the clock was set back meanwhile.
    let requested_at = consultation.state.requested_at;
    let outcome = |event| {
        let entry = desk.entry(Source::Desk, desk.ambient.id(), event);
        let entries = vec![Entry { at: entry.at.max(requested_at), ..entry }];
        Addition { entries, ..Addition::default() }
    };
    let answer = match desk.empego_of(site) {
        Ok(empego) => {
            let CreatedOf { patient, metadata, reason, plan } =
                desk.created_of(site, &consultation);
            match plan {
                None => empego.create_consultation(patient, metadata, reason).await,
                Some(plan) => empego.create_follow_up(patient, metadata, plan).await,
            }
        }
        Err(_) => Err(EmpegoError::RefusedKey),
    };
    match answer {
        Ok(created) => {
            let mut entries = vec![desk.entry(Source::Empego, "created", Event::Created)];
            if let Some(status) = created.status {
                entries.push(desk.entry(
                    Source::Empego,
                    "created:status",
                    Event::Status { status },
                ));
            }
            if let Some(answered) = created.answered_at {
                let at = answered.0.unwrap_or_else(|| desk.now());
                let entry = desk.entry(Source::Empego, "created:answered", Event::Answered);
                entries.push(Entry { at, ..entry });
            }
            let (issued, link) = desk.new_link(site, &consultation, 1);
            entries.push(issued);
            entries.extend(desk.gate_entry(site, &consultation.state));
            let waits = created.key.is_none();
            let addition = Addition {
                entries,
                empego_key: created.key,
                access_key: created.access_key,
                link: Some(link),
                ..Addition::default()
            };
            if let Err(error) = desk.add(&site.id, &id, addition).await {
                // It exists at Empego and cannot be used here. With an unknown outcome, no second
                // one is created by itself.
                tracing::error!(
                    %error,
                    cause = error.source().map(ToString::to_string),
                    "Empego created a consultation that could not be recorded"
                );
                desk.add(&site.id, &id, outcome(Event::CreateUnknown)).await.ok();
                return Err(DeskError::OutcomeUnknown(id));
            }
            if let Some(url) = created.url {
                desk.first_urls.put(id.clone(), url, desk.now());
            }
            if waits && let Err(error) = queue::apply_waiting(desk).await {
                tracing::warn!(%error, "waiting events could not be applied");
            }
            Ok(id)
        }
        Err(error) if error.nothing_was_created() => {
            desk.add(
                &site.id,
                &id,
                outcome(Event::CreateFailed { reason: error.kind().to_owned() }),
            )
            .await?;
            Err(error.into())
        }
        Err(error) => {
            let is_unread = matches!(error, EmpegoError::KeyUnread { .. });
            let event = if is_unread { Event::CreateUnread } else { Event::CreateUnknown };
            if let Err(error) = desk.add(&site.id, &id, outcome(event)).await {
                // The record shows it once the call's time is over.
                tracing::error!(%error, "an unknown outcome could not be recorded");
            }
            // Its queue event may have arrived before.
            match queue::apply_waiting(desk).await {
                // The record says what to do.
                _ if is_unread => Ok(id),
                Ok(_) if is_created(desk, site, &id).await => Ok(id),
                _ => Err(DeskError::OutcomeUnknown(id)),
            }
        }
    }
}

/// Whether queue events have shown that it was created.
async fn is_created(desk: &Desk, site: &Site, id: &ConsultationId) -> bool {
    let found = desk.store.consultation(&site.id, id).await.ok().flatten();
    found.is_some_and(|found| found.state.creation == Creation::Done)
}
