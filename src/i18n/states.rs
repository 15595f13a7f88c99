//! Names of delivery states, of Empego's statuses and of identifier types.

use super::words;
use crate::model::health_number::IdentifierType;
use crate::model::language::Language;
use crate::model::lifecycle::Delivery;
use crate::model::status::{EmpegoStatus, StatusId};
use crate::store::BoardStatus;

words! {
    /// Names of states and identifier types.
    States {
        not_created: "Not created", "Non créé";
        creating: "Creating…", "Création…";
        create_failed: "Not created", "Non créé";
        outcome_unknown: "Outcome unknown", "Résultat inconnu";
        link_ready: "Link ready", "Lien prêt";
        opened: "Opened", "Ouvert";
        started: "Started", "Commencé";
        answered: "Answered", "Réponses reçues";
        expired: "Expired", "Expiré";
        expired_at_empego: "Expired at Empego", "Expiré chez Empego";
        revoked: "Revoked", "Révoqué";
        cancelled: "Cancelled", "Annulé";
        planned: "Planned", "Planifié";
        unanswered: "Unanswered", "Sans réponse";
        to_be_analyzed: "To be analyzed", "À analyser";
        in_progress: "In progress", "En cours";
        done: "Done", "Terminé";
        archived: "Archived", "Archivé";
        awaiting: "Awaiting confirmation", "En attente de confirmation";
        unconfirmed: "Not confirmed by Empego", "Non confirmé par Empego";
        unreported: "Reported by Empego only", "Signalé par Empego seulement";
        reported_text: "The patient’s browser says so; Empego has not confirmed it yet.",
            "Selon le navigateur du patient; Empego ne l’a pas encore confirmé.";
        confirmed_text: "Confirmed by Empego.", "Confirmé par Empego.";

        file_number: "File number (clinic)", "Numéro de dossier (clinique)";
        qc: "Québec (RAMQ)", "Québec (RAMQ)";
        on: "Ontario (OHIP)", "Ontario (OHIP)";
        bc: "British Columbia (PHN)", "Colombie-Britannique (PHN)";
        ab: "Alberta (PHN)", "Alberta (PHN)";
        mb: "Manitoba (PHIN)", "Manitoba (PHIN)";
        sk: "Saskatchewan (HSN)", "Saskatchewan (HSN)";
        ns: "Nova Scotia (HCN)", "Nouvelle-Écosse (HCN)";
        nb: "New Brunswick (Medicare)", "Nouveau-Brunswick (assurance-maladie)";
        nl: "Newfoundland and Labrador (MCP)", "Terre-Neuve-et-Labrador (MCP)";
        pe: "Prince Edward Island (PHN)", "Île-du-Prince-Édouard (PHN)";
        nt: "Northwest Territories (HCN)", "Territoires du Nord-Ouest (HCN)";
        yt: "Yukon (YHCIP)", "Yukon (YHCIP)";
        nu: "Nunavut (HCN)", "Nunavut (HCN)";
    }
}

/// The name of a delivery state.
#[must_use]
pub fn delivery(language: Language, delivery: Delivery) -> &'static str {
    let words = States::of(language);
    match delivery {
        Delivery::Creating => words.creating,
        Delivery::CreateFailed => words.create_failed,
        Delivery::OutcomeUnknown => words.outcome_unknown,
        Delivery::KeyUnread => super::KeyWords::of(language).state,
        Delivery::LinkReady => words.link_ready,
        Delivery::Opened => words.opened,
        Delivery::Started => words.started,
        Delivery::AnsweredReported | Delivery::AnsweredConfirmed => words.answered,
        Delivery::Expired => words.expired,
        Delivery::ExpiredAtEmpego => words.expired_at_empego,
        Delivery::Revoked => words.revoked,
        Delivery::Cancelled => words.cancelled,
    }
}

/// The name of Empego's status: ours for a documented id, otherwise Empego's label, otherwise the
/// id.
#[must_use]
pub fn status(language: Language, status: &EmpegoStatus) -> String {
    let words = States::of(language);
    let known = match &status.id {
        StatusId::Planned => words.planned,
        StatusId::Unanswered => words.unanswered,
        StatusId::ToBeAnalyzed => words.to_be_analyzed,
        StatusId::InProgress => words.in_progress,
        StatusId::Done => words.done,
        StatusId::Archived => words.archived,
        StatusId::Cancelled => words.cancelled,
        StatusId::Expired => words.expired,
        StatusId::Other(id) => {
            let label = if language == Language::Fr { &status.fr } else { &status.en };
            return if label.is_empty() { id.clone() } else { label.clone() };
        }
    };
    known.to_owned()
}

/// The label of a choice in the board's status filter.
#[must_use]
pub fn filter(language: Language, status: BoardStatus) -> &'static str {
    let words = States::of(language);
    match status {
        BoardStatus::NotCreated => words.not_created,
        BoardStatus::LinkReady => words.link_ready,
        BoardStatus::Opened => words.opened,
        BoardStatus::Started => words.started,
        BoardStatus::Answered => words.answered,
        BoardStatus::Unconfirmed => words.unconfirmed,
        BoardStatus::Unreported => words.unreported,
        BoardStatus::ToBeAnalyzed => words.to_be_analyzed,
        BoardStatus::InProgress => words.in_progress,
        BoardStatus::Done => words.done,
        BoardStatus::Expired => words.expired,
        BoardStatus::ExpiredAtEmpego => words.expired_at_empego,
        BoardStatus::Revoked => words.revoked,
        BoardStatus::Cancelled => words.cancelled,
    }
}

/// The name of an identifier type.
#[must_use]
pub fn identifier_type(language: Language, kind: IdentifierType) -> &'static str {
    let words = States::of(language);
    match kind {
        IdentifierType::FileNumber => words.file_number,
        IdentifierType::Qc => words.qc,
        IdentifierType::On => words.on,
        IdentifierType::Bc => words.bc,
        IdentifierType::Ab => words.ab,
        IdentifierType::Mb => words.mb,
        IdentifierType::Sk => words.sk,
        IdentifierType::Ns => words.ns,
        IdentifierType::Nb => words.nb,
        IdentifierType::Nl => words.nl,
        IdentifierType::Pe => words.pe,
        IdentifierType::Nt => words.nt,
        IdentifierType::Yt => words.yt,
        IdentifierType::Nu => words.nu,
    }
}
