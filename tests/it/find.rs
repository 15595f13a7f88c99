//! The one field that finds a patient, used as a browser without JavaScript uses it.

use crate::helpers::{Page, Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::site::Site;
use reqwest::StatusCode;
use scraper::{Html, Selector};
use std::collections::BTreeMap;

/// The form of a page, as its browser would send it.
#[derive(Clone)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// The form of a new consultation, empty.
    pub async fn new(nurse: &Person<'_>) -> Self {
        Self::on(&nurse.get("/consultations/new").await)
    }

    /// The form on this page, with what it shows.
    pub fn on(page: &Page) -> Self {
        let document = Html::parse_document(&page.text);
        let all = |selector: &str| -> Vec<(String, String)> {
            document
                .select(&Selector::parse(selector).expect("a selector"))
                .map(|it| {
                    let attribute = |name| it.value().attr(name).unwrap_or_default().to_owned();
                    (attribute("name"), attribute("value"))
                })
                .collect()
        };
        let form = "form[id^=new-]";
        let mut fields: BTreeMap<_, _> =
            all(&format!("{form} input:not([type=checkbox])")).into_iter().collect();
        fields.extend(all(&format!("{form} input[type=checkbox][checked]")));
        for kind in ["identifier_type", "repeat"] {
            let chosen = all(&format!("{form} select[name={kind}] option[selected]")).pop();
            fields.extend(chosen.map(|(_, value)| (kind.to_owned(), value)));
        }
        Self(fields)
    }

    /// Types into fields.
    pub fn fill(mut self, fields: &[(&str, &str)]) -> Self {
        for (name, value) in fields {
            assert!(self.0.contains_key(*name), "the form has {name}: {:?}", self.0.keys());
            self.0.insert((*name).to_owned(), (*value).to_owned());
        }
        self
    }

    /// What a field shows.
    pub fn value(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Presses a button that sends this too.
    pub async fn press(&self, nurse: &Person<'_>, function: &str, button: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(&str, &str)> =
            self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(button);
        nurse.post(function, &fields).await
    }

    /// Presses Enter in a field.
    pub async fn look(&self, nurse: &Person<'_>) -> Page {
        let page = self.press(nurse, "look_up_patient", &[]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        page
    }

    /// Presses "Create consultation".
    pub async fn create(&self, nurse: &Person<'_>) -> Page {
        self.press(nurse, "create_consultation", &[]).await
    }
}

/// Types into the field that finds, and presses Enter.
pub async fn find(nurse: &Person<'_>, text: &str) -> Page {
    Form::new(nurse).await.fill(&[("find", text)]).look(nurse).await
}

/// Creates a consultation of a patient with these details: given and family name, date of birth,
/// type and number.
pub async fn create(nurse: &Person<'_>, details: [&str; 5]) -> Page {
    let [first, last, born, kind, number] = details;
    let form = Form::new(nurse).await.fill(&[
        ("first_name", first),
        ("last_name", last),
        ("date_of_birth", born),
        ("identifier_type", kind),
        ("identifier", number),
    ]);
    form.create(nurse).await
}

/// The same, where nothing is asked: the path of the record.
pub async fn created(nurse: &Person<'_>, details: [&str; 5]) -> String {
    let page = create(nurse, details).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

const ADA: [&str; 5] = ["Ada", "Tremblay", "1954-12-28", "qc", "TEST 5412 2816"];

#[tokio::test]
async fn enter_looks_up_and_never_creates() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let page = nurse.get("/consultations/new").await;
    // The first button of a form is the one that Enter presses.
    assert_eq!(page.attribute("#new-consultation button", "formaction"), "/api/look_up_patient");
    assert_eq!(page.texts("#new-consultation button"), ["Find patient", "Create consultation"]);
    assert_eq!(page.texts("#find[autofocus]").len(), 1, "typing and scanning begin there");
    let french = Person { language: "fr", ..nurse.clone() };
    assert_eq!(
        french.get("/consultations/new").await.texts("label[for=find]"),
        ["Trouver un patient : nom, date de naissance ou numéro — saisir ou balayer"]
    );
    let empty = Form::on(&page).press(&nurse, "look_up_patient", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        empty.texts("#find-error"),
        ["Type a name, a date of birth or a number, or scan a card"]
    );
    // Enter in a field of the patient's.
    let form = Form::on(&page).fill(&[("identifier", "A-1"), ("first_name", "Ada")]);
    assert_eq!(form.look(&nurse).await.texts("#lookup h2"), ["No matching record"]);
    assert_eq!(app.seen().await["counters"]["creates"], 0);
}

#[tokio::test]
async fn every_part_of_a_patient_finds_and_every_look_is_logged() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    created(&nurse, ADA).await;
    created(&nurse, ["Zoé", "Roy", "1961-04-03", "file-number", "R-2001"]).await;
    for typed in [
        "tremblay",
        "Ada Tremblay",
        "Tremblay, Ada",
        "tremb ada",
        "1954-12-28",
        "28 déc. 1954",
        "28/12/1954",
        "19541228",
        "ada 1954/12/28",
        "TEST 5412 2816",
        "tést54122816",
        "2816",
        "…2816",
        "TEST 5412",
        "Ada Tremblay TEST54122816",
        "%TEST54122816^TREMBLAY/ADA^2812?",
    ] {
        let page = find(&nurse, typed).await;
        let strips = page.texts("#lookup .identity");
        assert_eq!(strips.len(), 1, "{typed}: {strips:?}");
        assert!(strips[0].starts_with("Tremblay, Ada · Dec 28, 1954"), "{typed}: {strips:?}");
        let row = &app.log().await[0];
        assert_eq!((row.action, row.patients.len()), (Action::PatientFound, 1), "{typed}");
        assert_eq!(row.detail, "found=true", "no search text: {}", row.detail);
    }
    for typed in ["zoe roy", "03/04/1961", "r-2001", "R 2001", "2001"] {
        let strips = find(&nurse, typed).await.texts("#lookup .identity");
        assert_eq!(strips.len(), 1, "{typed}: {strips:?}");
        assert!(strips[0].starts_with("Roy, Zoé"), "{typed}: {strips:?}");
    }
    for typed in ["Tremblay 1954-12-29", "Grace", "TEST 5412 2817", "9999"] {
        let page = find(&nurse, typed).await;
        assert_eq!(page.texts("#lookup h2"), ["No matching record"], "{typed}");
        assert_eq!(app.log().await[0].detail, "found=false");
    }
    // Without a number, the name and the date in the fields.
    for fields in [[("last_name", "tremblay")], [("date_of_birth", "28-12-1954")]] {
        let page = Form::new(&nurse).await.fill(&fields).look(&nurse).await;
        assert_eq!(page.texts("#lookup h2"), ["1 matching record"], "{fields:?}");
    }
}

#[tokio::test]
async fn one_press_uses_a_patient_and_a_whole_number_needs_none() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    created(&nurse, ADA).await;
    let listed = find(&nurse, "tremblay").await;
    assert_eq!(listed.texts("#lookup h2"), ["1 matching record"]);
    assert!(listed.texts("#lookup .visit")[0].starts_with("Last visit: today "));
    assert!(listed.texts("#lookup a")[0].starts_with("Open since "), "and leads to it");
    let id = listed.attribute("#lookup button", "value");
    let form = Form::on(&listed);
    let used = form.press(&nurse, "look_up_patient", &[("use_patient", &id)]).await;
    let scanned = find(&nurse, "%TEST54122816^TREMBLAY/ADA^2812?").await;
    for page in [&used, &scanned] {
        assert_eq!(page.texts("#lookup h2"), ["Known patient"]);
        let form = Form::on(page);
        let shown = ["first_name", "last_name", "date_of_birth", "identifier_type", "identifier"]
            .map(|name| form.value(name));
        assert_eq!(shown, ADA);
        assert_eq!((form.value("find"), form.value("same_patient").is_empty()), ("", false));
        assert_eq!(page.texts("button.primary[data-next]").len(), 1, "the focus goes there");
    }
    // A card that says something else of the patient is compared by eye.
    let other = find(&nurse, "%TEST54122816^ROY/ADA^2812?").await;
    assert_eq!(other.texts("#lookup h2"), ["1 matching record"]);
    let elsewhere = app.another_site("Elsewhere").await;
    let stranger = app.staff(&elsewhere, &empego_desk::model::role::Role::ALL).await;
    let page = Form::new(&stranger).await;
    let page = page.press(&stranger, "look_up_patient", &[("use_patient", &id)]).await;
    assert_eq!(page.texts("#lookup h2"), ["No matching record"], "of another site");
}

#[tokio::test]
async fn a_record_leads_to_another_consultation_of_its_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    // Without a number, and of a name that another patient has too.
    let ada = ["Ada", "Tremblay", "1954-12-28", "qc", ""];
    let first = created(&nurse, ada).await;
    created(&nurse, ["Ada", "Tremblay", "1960-01-01", "qc", ""]).await;
    let record = nurse.get(&first).await;
    assert_eq!(
        record.texts("form[action='/api/look_up_patient'] button"),
        ["New consultation for this patient"]
    );
    let id = record.attribute("form [name=use_patient]", "value");
    let form = nurse.post("look_up_patient", &[("use_patient", &id)]).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    assert_eq!(Form::on(&form).value("date_of_birth"), "1954-12-28");
    // The open consultation is offered first; another one is created on purpose.
    let asked = Form::on(&form).create(&nurse).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.text);
    let beside = asked.attribute("#beside_open button", "value");
    let again =
        Form::on(&asked).press(&nurse, "create_consultation", &[("beside_open", &beside)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    assert_ne!(again.location, first);
    let second = nurse.get(&again.location).await;
    assert_eq!(second.attribute("form [name=use_patient]", "value"), id, "the same patient");
}

#[tokio::test]
async fn a_scanned_number_goes_to_the_patient_who_is_chosen() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let ada = ["Ada", "Tremblay", "1954-12-28", "qc", ""];
    created(&nurse, ada).await;
    let listed = find(&nurse, "Ada Tremblay TEST54122816").await;
    assert_eq!(listed.texts("#lookup h2"), ["1 matching record"]);
    let id = listed.attribute("#lookup button", "value");
    let use_it = [("use_patient", id.as_str())];
    let used = Form::on(&listed).press(&nurse, "look_up_patient", &use_it).await;
    assert_eq!(Form::on(&used).value("identifier"), "TEST 5412 2816");
    let asked = Form::on(&used).create(&nurse).await;
    let open = asked.attribute("#beside_open button", "value");
    let answer = [("beside_open", open.as_str())];
    let made = Form::on(&asked).press(&nurse, "create_consultation", &answer).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    assert_eq!(find(&nurse, "TEST54122816").await.texts("#lookup h2"), ["Known patient"]);
    // The number of one look does not go to the patient of the next.
    let listed = find(&nurse, "Zoe Roy 9876543217").await;
    let next = Form::on(&listed).fill(&[("find", "tremblay")]).look(&nurse).await;
    assert_eq!(Form::on(&next).value("identifier"), "");
}

#[tokio::test]
async fn what_was_read_of_a_new_patient_is_in_the_form() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (typed, expected) in [
        (
            "%B6100549876543217^MCLUHAN/MARSHALL          ^0901799119110121  MCLUM90061201?",
            ["Marshall", "Mcluhan", "1911-01-21", "on", "9876 543 217"],
        ),
        ("%TEST54122816^TREMBLAY/ADA^2812?", ADA),
        ("TEST 5412 2816", ["", "", "1954-12-28", "qc", "TEST 5412 2816"]),
        ("Ada Tremblay 28/12/1954", ["Ada", "Tremblay", "28/12/1954", "qc", ""]),
        ("Roy, Anne Marie", ["Anne Marie", "Roy", "", "qc", ""]),
        ("9698 658 215", ["", "", "", "bc", "9698 658 215"]),
        ("A-12", ["", "", "", "file-number", "A-12"]),
    ] {
        let page = find(&nurse, typed).await;
        assert_eq!(page.texts("#lookup h2"), ["No matching record"], "{typed}");
        let form = Form::on(&page);
        let shown = ["first_name", "last_name", "date_of_birth", "identifier_type", "identifier"]
            .map(|name| form.value(name));
        assert_eq!(shown, expected, "{typed}");
    }
    let page = find(&nurse, "%TEST54122816^TREMBLAY/ADA^2812?").await;
    let made = Form::on(&page).create(&nurse).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "one press more: {}", made.text);
    assert_eq!(nurse.get(&made.location).await.heading(), "Ada Tremblay");
}

#[tokio::test]
async fn a_long_list_says_that_there_are_more() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for day in 10..22 {
        created(&nurse, ["Ada", "Tremblay", &format!("1954-12-{day}"), "qc", ""]).await;
    }
    let page = find(&nurse, "tremblay").await;
    assert_eq!(page.texts("#lookup li").len(), 10);
    assert!(page.texts("#lookup p").iter().any(|text| text.starts_with("There are more.")));
    assert_eq!(app.log().await[0].patients.len(), 10, "those that were shown");
    let narrower = Form::on(&page).fill(&[("find", "tremblay 1954-12-15")]).look(&nurse).await;
    assert_eq!(narrower.texts("#lookup li").len(), 1);
    // Kept in the field, it does not stand in the way of what is typed below it.
    let form = Form::on(&narrower).fill(&[("date_of_birth", "1954-12-16")]);
    let strip = form.look(&nurse).await.texts("#lookup .identity").remove(0);
    assert!(strip.contains("Dec 16, 1954"), "{strip}");
}

#[tokio::test]
async fn each_site_has_its_usual_type_of_number() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let chosen = |page: &Page| page.attribute("#identifier_type option[selected]", "value");
    assert_eq!(chosen(&nurse.get("/consultations/new").await), "qc");
    let settings = nurse.get("/admin/sites").await;
    assert_eq!(settings.attribute("#default_identifier option[selected]", "value"), "qc");
    let form = |kind: &'static str| {
        [
            ("name", "Clinique du Parc"),
            ("public_name_en", "Park Clinic"),
            ("public_name_fr", "Clinique du Parc"),
            ("link_ttl_unit", "none"),
            ("retention_unit", "none"),
            ("default_identifier", kind),
        ]
    };
    let refused = nurse.post("set_site", &form("zz")).await;
    assert_eq!(refused.attribute("#default_identifier", "aria-invalid"), "true");
    assert_eq!(nurse.post("set_site", &form("on")).await.status, StatusCode::SEE_OTHER);
    assert!(app.log().await[0].detail.contains("default_identifier"));
    assert_eq!(chosen(&nurse.get("/consultations/new").await), "on");
    assert_eq!(nurse.post("set_site", &form("")).await.status, StatusCode::SEE_OTHER);
    let site: Site = app.first_site().await;
    assert_eq!(site.default_identifier, IdentifierType::On, "left out, it is kept");
}

#[tokio::test]
async fn the_type_of_a_number_is_detected_unless_it_was_chosen() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (number, shown) in [
        ("9876 543 217 AB", "9876 543 217"),
        ("A-77", "A-77"),
        ("test 5412 2816", "TEST 5412 2816"),
    ] {
        let form = Form::new(&nurse).await;
        let form = form.fill(&[("first_name", number), ("identifier", number)]);
        let made = form.create(&nurse).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{number}: {}", made.text);
        let strip = &nurse.get(&made.location).await.texts(".identity")[0];
        assert!(strip.ends_with(shown), "{strip}");
    }
    for (kind, number) in [("qc", "TEST 5412"), ("bc", "A-77")] {
        let page = create(&nurse, ["Ada", "Example", "", kind, number]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {number}");
        assert!(page.texts("#identifier-error")[0].starts_with("This is not the format"));
    }
}

#[tokio::test]
async fn a_number_that_contradicts_the_rest_is_compared_by_eye() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    created(&nurse, ["Ada", "Tremblay", "1954-12-28", "on", "9876 543 217"]).await;
    created(&nurse, ["Bob", "Roy", "1960-01-01", "qc", ""]).await;
    let both = ["Roy, Bob", "Tremblay, Ada"];
    for (typed, expected) in [
        ("Bob Roy 1960-01-01 9876543217", &both[..]),
        ("Bob Roy 9876543217", &both),
        ("9876543217 1960-01-01", &both),
        ("Grace 9876543217", &both[1..]),
    ] {
        let page = find(&nurse, typed).await;
        let mut strips = page.texts("#lookup .identity");
        strips.iter_mut().for_each(|it| it.truncate(it.find(" ·").unwrap_or(it.len())));
        strips.sort();
        assert_eq!(strips, expected, "{typed}");
        assert_ne!(page.texts("#lookup h2"), ["Known patient"], "{typed}");
    }
    for typed in ["9876543217", "ada trem 9876543217", "Tremblay 1954-12-28 9876543217"] {
        assert_eq!(find(&nurse, typed).await.texts("#lookup h2"), ["Known patient"], "{typed}");
    }
    // Below, in the fields.
    let fields = [("first_name", "Bob"), ("last_name", "Roy"), ("identifier", "9876543217")];
    let page = Form::new(&nurse).await.fill(&fields).look(&nurse).await;
    assert_eq!(page.texts("#lookup .identity").len(), 2);
    assert_eq!(Form::on(&page).value("first_name"), "Bob", "what was typed stays");
    // Eight digits are a number or a date.
    created(&nurse, ["Cid", "Hill", "", "file-number", "19600101"]).await;
    let page = find(&nurse, "19600101").await;
    assert_eq!(page.texts("#lookup .identity").len(), 2, "{}", page.text);
}

#[tokio::test]
async fn what_a_look_filled_in_goes_with_it_and_what_was_typed_stays() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let shown = |form: &Form| {
        ["first_name", "last_name", "date_of_birth", "identifier_type", "identifier"]
            .map(|name| form.value(name).to_owned())
    };
    let stripe = "%B6100549876543217^TREMBLAY/ADA ^2812799219541229  TREMB?";
    let scanned = Form::on(&find(&nurse, stripe).await);
    assert_eq!(shown(&scanned)[3..], ["on", "9876 543 217"]);
    let next = scanned.clone().fill(&[("find", "Bob Roy 1960-01-01")]).look(&nurse).await;
    assert_eq!(shown(&Form::on(&next)), ["Bob", "Roy", "1960-01-01", "qc", ""]);
    // Half of one patient is not joined to half of the next one.
    let next = scanned.fill(&[("find", "Roy")]).look(&nurse).await;
    assert_eq!(shown(&Form::on(&next)), ["", "Roy", "", "qc", ""]);
    // Typed by hand.
    let typed = [("date_of_birth", "1960-01-01"), ("identifier", "A-9"), ("find", "Bob Roy")];
    let page = Form::new(&nurse).await.fill(&typed).look(&nurse).await;
    assert_eq!(shown(&Form::on(&page)), ["Bob", "Roy", "1960-01-01", "qc", "A-9"]);
}
