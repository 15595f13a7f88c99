//! Records of Empego that no consultation of the desk is: made in Empego's application, or by it.
//! Each gets a record of its own, with link, details and export like the others.

use super::audit::About;
use super::site_time::day_at;
use super::{Desk, Result, TENANT_KEY};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::consultation::{Consultation, FROM_EMPEGO};
use crate::model::follow_up::FollowUp;
use crate::model::forms::{FOLLOW_UP_REASON_LENGTH, NAME_LENGTH};
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, StaffId};
use crate::model::lifecycle::Event;
use crate::model::patient::{Identifier, Patient};
use crate::model::reason::REASON_LENGTH;
use crate::model::site::Site;
use crate::model::text;
use crate::model::timeline::{Entry, Source};
use crate::store::{
    Addition, Begun, EMPEGO_ACCOUNT, EventDetails, Foreign, NewConsultation, PatientDraft,
    PatientRef, Record,
};
use secrecy::ExposeSecret;

/// How long events wait before a record is made of them, in milliseconds: 5 minutes, longer than
/// any create call of the desk runs.
const WAIT_MS: i64 = 5 * 60_000;
/// How many records are read at once.
const AT_ONCE: u32 = 100;
/// The most records that are counted.
const MOST_COUNTED: u32 = 1_000;
/// How much of Empego's key stands in for a name, in characters.
const KEY_SHOWN: usize = 8;

/// Makes records of what Empego created by itself. Returns how many. Where one fails, it is logged,
/// and tried again the next time.
///
/// # Errors
/// A store error, where nothing can be read.
pub async fn adopt(desk: &Desk) -> Result<usize> {
    let before = desk.now().saturating_sub(WAIT_MS);
    let (mut adopted, mut after) = (0, None);
    loop {
        let waiting = desk.store.foreign(before, after.as_ref(), AT_ONCE).await?;
        let Some(last) = waiting.last() else { return Ok(adopted) };
        let sites = desk.store.all_sites().await?;
        for foreign in &waiting {
            let Some(site) = site_of(desk, &sites, &foreign.details) else { continue };
            match adopt_one(desk, site, foreign).await {
                Ok(made) => adopted += usize::from(made),
                Err(error) => {
                    tracing::warn!(%error, "a record of Empego could not be recorded");
                }
            }
        }
        after = Some(last.key.clone());
    }
}

/// The records that wait, by what they wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// A site with their tenant.
    pub without_site: usize,
    /// A create call of the desk, which may have been this one.
    pub undecided: usize,
}

/// How many records wait, and for what.
///
/// # Errors
/// A store error.
pub async fn waiting(desk: &Desk) -> Result<Waiting> {
    let sites = desk.store.all_sites().await?;
    let mut waiting = Waiting::default();
    for foreign in desk.store.foreign(i64::MAX, None, MOST_COUNTED).await? {
        let Some(site) = site_of(desk, &sites, &foreign.details) else {
            waiting.without_site += 1;
            continue;
        };
        let known = known(desk, site, &foreign.details).await?;
        waiting.undecided += usize::from(is_undecided(desk, site, &foreign, &known).await?);
    }
    Ok(waiting)
}

/// The site of a tenant. Where no tenant is configured, the only site has it.
fn site_of<'a>(desk: &Desk, sites: &'a [Site], details: &EventDetails) -> Option<&'a Site> {
    let tenant_of = |site: &Site| match &site.tenant_key {
        Some(sealed) => desk.secrets.open(TENANT_KEY, sealed),
        None => desk.empego.tenant().map(|tenant| tenant.expose_secret().to_owned()),
    };
    let tenants: Vec<(&Site, Option<String>)> =
        sites.iter().map(|site| (site, tenant_of(site))).collect();
    if let (Some(named), true) = (&details.tenant, tenants.iter().any(|(_, it)| it.is_some())) {
        let is_it = |tenant: &Option<String>| {
            tenant.as_ref().is_some_and(|tenant| tenant.eq_ignore_ascii_case(named))
        };
        let mut found = tenants.iter().filter(|(_, tenant)| is_it(tenant));
        // Two sites with one tenant: it is not known whose it is.
        return found.next().filter(|_| found.next().is_none()).map(|(site, _)| *site);
    }
    match sites {
        [only] => Some(only),
        _ => None,
    }
}

/// Whether a create call of the desk may have been this one: a call for one of its patients, or,
/// where it does not say whose it is, any call of the site.
async fn is_undecided(
    desk: &Desk,
    site: &Site,
    foreign: &Foreign,
    known: &[Patient],
) -> Result<bool> {
    let is_follow_up = foreign.details.is_follow_up;
    if of_known_types(desk, &foreign.details).is_empty() {
        return Ok(desk.store.has_unsettled(&site.id, None, is_follow_up).await?);
    }
    for patient in known {
        if desk.store.has_unsettled(&site.id, Some(&patient.id), is_follow_up).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what Empego's events say of a key contradicts that it is this consultation's: another
/// kind, another site's tenant, or another patient's number.
pub(super) async fn contradicts(
    desk: &Desk,
    site: &Site,
    found: &Consultation,
    key: &EmpegoKey,
) -> Result<bool> {
    let Some(foreign) = desk.store.foreign_of(key).await? else { return Ok(false) };
    if foreign.details.is_follow_up != found.follow_up.is_some() {
        return Ok(true);
    }
    let sites = desk.store.all_sites().await?;
    if site_of(desk, &sites, &foreign.details).is_some_and(|theirs| theirs.id != site.id) {
        return Ok(true);
    }
    let known = known(desk, site, &foreign.details).await?;
    Ok(known.iter().any(|patient| patient.id != found.patient.id))
}

/// Makes the record of one. `false` = it waits ([`is_undecided`]).
async fn adopt_one(desk: &Desk, site: &Site, foreign: &Foreign) -> Result<bool> {
    let Foreign { key, at, details } = foreign;
    let known = known(desk, site, details).await?;
    if is_undecided(desk, site, foreign, &known).await? {
        return Ok(false);
    }
    let id = ConsultationId(desk.ambient.id());
    let follow_up = details.is_follow_up.then(|| FollowUp {
        due_on: day_at(&desk.zone(site), details.scheduled_at.unwrap_or(*at)).to_string(),
        reason: line(details.reason.as_deref(), FOLLOW_UP_REASON_LENGTH),
        place: None,
        follows: None,
        series: None,
    });
    let reason = Some(line(details.reason.as_deref(), REASON_LENGTH))
        .filter(|reason| !details.is_follow_up && !reason.is_empty());
    let row = desk.row_without_account(
        "Empego",
        &Client::default(),
        Action::Adopted,
        About { consultation: Some(id.clone()), ..About::default() },
    );
    let begin = NewConsultation {
        id: id.clone(),
        site: site.id.clone(),
        request_id: RequestId(format!("{FROM_EMPEGO}{key}")),
        sent: None,
        patient: patient(desk, known, foreign),
        follow_up,
        reason,
        at: *at,
        staff: StaffId::from(EMPEGO_ACCOUNT),
        entry: Entry { at: *at, ..desk.entry(Source::Empego, "created", Event::Created) },
        seen: None,
        log: vec![Record { site: Some(site.id.clone()), ..row }],
    };
    let made = match desk.store.begin(&begin).await? {
        Begun::New(made) | Begun::Repeated(made) => made,
        Begun::Unseen(unseen) => return Err(unseen.into()),
    };
    // Key and link together: with its key the record waits no more, and nothing would bring the
    // link. Where the process ended before this, the record is there, and gets both now.
    let mut addition = Addition { empego_key: Some(key.clone()), ..Addition::default() };
    if made.state.link.0 == 0 {
        let (issued, link) = desk.new_link(site, &made, 1);
        addition.entries.push(issued);
        addition.entries.extend(desk.gate_entry(site, &made.state));
        addition.link = Some(link);
    }
    desk.add(&site.id, &made.id, addition).await?;
    Ok(true)
}

/// The patients on record that the identifiers are of, each once.
async fn known(desk: &Desk, site: &Site, details: &EventDetails) -> Result<Vec<Patient>> {
    let mut known: Vec<Patient> = Vec::new();
    for (kind, key) in of_known_types(desk, details) {
        let found = match kind {
            Some(kind) => {
                let identifier = Identifier { kind, key: kind.normalise(&key) };
                desk.store.find_patient(&site.id, &identifier).await?
            }
            None => desk.store.patient(&site.id, &PatientId(key)).await?,
        };
        known.extend(found.filter(|found| known.iter().all(|known| known.id != found.id)));
    }
    Ok(known)
}

type Kind = Option<crate::model::health_number::IdentifierType>;

/// The identifiers of the systems that the profile knows; without a type they are our own ids.
fn of_known_types(desk: &Desk, details: &EventDetails) -> Vec<(Kind, String)> {
    let pairs = details.identifiers.iter();
    pairs.filter_map(|(system, key)| Some((desk.empego.type_of(system)?, key.clone()))).collect()
}

/// The patient of the record. One who is known stays as they are on record. A new one has the names
/// that Empego sent: names alone never find a patient. Identifiers of two patients find none of
/// them, and the new one gets none.
fn patient(desk: &Desk, mut known: Vec<Patient>, foreign: &Foreign) -> PatientRef {
    let details = &foreign.details;
    let is_contradictory = known.len() > 1;
    match known.pop().filter(|_| !is_contradictory) {
        Some(known) => {
            let draft = PatientDraft {
                id: known.id.clone(),
                first_name: known.first_name,
                last_name: known.last_name,
                date_of_birth: known.date_of_birth,
                identifiers: known.identifiers,
                language: known.language,
            };
            PatientRef::Chosen(known.id, draft)
        }
        None => {
            let first_name = line(Some(&details.first_name), NAME_LENGTH);
            let mut last_name = line(Some(&details.last_name), NAME_LENGTH);
            if first_name.is_empty() && last_name.is_empty() {
                let shown: String = foreign.key.0.chars().take(KEY_SHOWN).collect();
                last_name = format!("Empego {shown}");
            }
            let typed = of_known_types(desk, details).into_iter();
            let identifiers = typed
                .filter(|_| !is_contradictory)
                .filter_map(|(kind, key)| {
                    let kind = kind?;
                    let key = kind.normalise(&key);
                    (!key.is_empty() && kind.check(&key).is_ok())
                        .then_some(Identifier { kind, key })
                })
                .collect();
            PatientRef::Typed(PatientDraft {
                id: PatientId(desk.ambient.id()),
                first_name,
                last_name,
                date_of_birth: None,
                identifiers,
                language: None,
            })
        }
    }
}

/// A text from outside as one line of at most `longest` characters.
fn line(text: Option<&str>, longest: u32) -> String {
    let clean = text::clean(text.unwrap_or_default());
    clean.chars().filter(|c| !c.is_control()).take(longest as usize).collect()
}
