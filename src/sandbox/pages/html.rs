//! The sandbox's pages as HTML. Every text is present in both languages and the style sheet shows
//! one, so that switching needs no reload: a reload would find the URL used up.

use super::super::state::{MessagePlan, Subject};
use crate::model::language::Language;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = include_str!("page.css");
const DELIVER: &str = include_str!("deliver.js");
const LANGUAGE: &str = include_str!("language.js");
const QUESTIONNAIRE: &str = include_str!("questionnaire.js");
const DETAILS: &str = include_str!("details.js");
const MESSENGER: &str = include_str!("messenger.js");
/// Tells the page around a frame that this page is in it.
const SHOWN: &str =
    r#"if (window.parent !== window) window.parent.postMessage({ sandbox: "shown" }, "*");"#;
const LANGUAGE_BUTTONS: &str = concat!(
    r#"<button type="button" lang="en" data-language="en">English</button> "#,
    r#"<button type="button" lang="fr" data-language="fr">Français</button>"#,
);

pub(super) struct PageContext {
    /// Initial language.
    pub(super) language: Language,
    /// Of the page's own scripts and styles.
    pub(super) nonce: String,
    /// Origins that may be framed, for the `Content-Security-Policy`.
    pub(super) frames: String,
}

/// The language that the browser prefers; English if it names neither.
pub(super) fn language(headers: &HeaderMap) -> Language {
    Language::preferred(
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|header| header.to_str().ok())
            .unwrap_or_default(),
    )
}

/// One text in both languages, as HTML.
fn both(en: &str, fr: &str) -> String {
    format!(r#"<span lang="en">{en}</span><span lang="fr">{fr}</span>"#)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A page. The script `head` runs first, `tail` last.
fn page(
    context: &PageContext,
    status: StatusCode,
    title: (&str, &str),
    head: &str,
    body: &str,
    tail: &str,
) -> Response {
    let PageContext { language, nonce, frames } = context;
    let (en, fr) = title;
    let shown = if *language == Language::Fr { fr } else { en };
    let script = |text: &str| {
        if text.is_empty() {
            String::new()
        } else {
            format!("<script nonce=\"{nonce}\">{text}</script>\n")
        }
    };
    let document = format!(
        r#"<!doctype html>
<html lang="{code}" data-en="{en}" data-fr="{fr}">
<head>
<meta charset="utf-8">
{head}<title>{shown}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style nonce="{nonce}">{STYLE}</style>
</head>
<body>
<header><p>{note}</p><p id="languages" hidden>{LANGUAGE_BUTTONS}</p></header>
<main>
{body}
</main>
{tail}</body>
</html>
"#,
        code = language.code(),
        head = script(head),
        tail = script(&format!("{LANGUAGE}{tail}")),
        note = both(
            "Empego sandbox: what you answer here is not kept",
            "Bac à sable Empego : vos réponses ne sont pas conservées"
        ),
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         img-src data:; connect-src 'self'; form-action 'self'; frame-src {frames}; \
         base-uri 'none'"
    );
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, &policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(document)).into_response()
}

/// A page without scripts. Its heading is its title.
fn notice(context: &PageContext, status: StatusCode, title: (&str, &str), text: &str) -> Response {
    let heading = both(title.0, title.1);
    page(context, status, title, "", &format!("<h1>{heading}</h1>{text}"), "")
}

/// The questionnaire. With a status other than 200 the required answer was missing.
pub(super) fn questionnaire(context: &PageContext, status: StatusCode, path: &str) -> Response {
    let missing = status != StatusCode::OK;
    let body = format!(
        r#"<form method="post" action="{path}/answers">
<h1>{heading}</h1>
<div class="question">
<label for="reason">{reason}</label>
<p class="error" id="reason-error"{hidden}>{error}</p>
<input id="reason" name="reason" type="text" required {reason_attributes}{invalid}>
</div>
<fieldset class="question">
<legend>{medication}</legend>
<label class="choice"><input type="radio" name="medication" value="yes"> {yes}</label>
<label class="choice"><input type="radio" name="medication" value="no"> {no}</label>
</fieldset>
<div class="question">
<label for="other">{other}</label>
<textarea id="other" name="other" rows="4" maxlength="4000"></textarea>
</div>
<p id="waiting" role="status"></p>
<template id="waiting-text">{waiting}</template>
<template id="refused-text">{refused}</template>
<button type="submit">{finish}</button>
</form>
{sent}"#,
        heading = both("Your questionnaire", "Votre questionnaire"),
        reason = both("What brings you here today?", "Qu’est-ce qui vous amène aujourd’hui?"),
        error = both("Write what brings you here", "Écrivez ce qui vous amène"),
        hidden = if missing { "" } else { " hidden" },
        reason_attributes = r#"maxlength="500" autocomplete="off" aria-describedby="reason-error""#,
        invalid = if missing { r#" aria-invalid="true" autofocus"# } else { "" },
        medication = both(
            "Have you taken any medication for it?",
            "Avez-vous pris des médicaments pour cela?"
        ),
        yes = both("Yes", "Oui"),
        no = both("No", "Non"),
        other = both(
            "Is there anything else that we should know?",
            "Y a-t-il autre chose que nous devrions savoir?"
        ),
        waiting = both(
            "No connection. Your answers are still here, and will be sent when it is back.",
            "Pas de connexion. Vos réponses sont toujours ici et seront envoyées à son retour."
        ),
        refused = both(
            "Your answers could not be sent. Ask the staff.",
            "Vos réponses n’ont pas pu être envoyées. Adressez-vous au personnel."
        ),
        finish = both("Finish", "Terminer"),
        sent = sent_section(true),
    );
    page(
        context,
        status,
        ("Your questionnaire", "Votre questionnaire"),
        "",
        &body,
        &format!("{DELIVER}{QUESTIONNAIRE}"),
    )
}

fn sent_section(hidden: bool) -> String {
    format!(
        r#"<section id="sent" tabindex="-1"{hidden}>
<h1>{heading}</h1>
<p class="alone">{alone}</p>
</section>"#,
        hidden = if hidden { " hidden" } else { "" },
        heading = both("Answers sent", "Réponses envoyées"),
        alone = both(
            "You can close this page or go back.",
            "Vous pouvez fermer cette page ou revenir en arrière."
        ),
    )
}

/// The answered questionnaire. With a plan, the page posts its message first.
pub(super) fn sent(context: &PageContext, plan: Option<&MessagePlan>) -> Response {
    let head = plan.and_then(|plan| serde_json::to_string(plan).ok()).map(|plan| {
        // Nothing inside a script element may look like its end.
        let plan = plan.replace('<', "\\u003c");
        format!("{DELIVER}deliver({plan});")
    });
    page(
        context,
        StatusCode::OK,
        ("Answers sent", "Réponses envoyées"),
        &head.unwrap_or_default(),
        &sent_section(false),
        "",
    )
}

pub(super) fn details(context: &PageContext, subject: &Subject, user: Option<&str>) -> Response {
    let user = user
        .map(|user| {
            format!("<dt>{}</dt><dd>{}</dd>", both("Opened by", "Ouvert par"), escape(user))
        })
        .unwrap_or_default();
    let body = format!(
        "<h1>{heading}</h1>\n<dl><dt>{key_label}</dt><dd>{key}</dd>\
         <dt>{status_label}</dt><dd>{status}</dd>{user}</dl>\n\
         <button type=\"button\" id=\"export\" hidden>{export}</button>",
        heading = both("Details", "Détails"),
        key_label = both("Key", "Clé"),
        key = escape(&subject.key),
        status_label = both("Status", "État"),
        status = both(&escape(&subject.status.en), &escape(&subject.status.fr)),
        export = both("Export", "Exporter"),
    );
    page(context, StatusCode::OK, ("Details", "Détails"), "", &body, DETAILS)
}

/// A used or expired presigned URL.
pub(super) fn gone(context: &PageContext) -> Response {
    let explanation = both(
        "Its address works once, and for a short time.",
        "Son adresse fonctionne une seule fois, pendant peu de temps.",
    );
    notice(
        context,
        StatusCode::GONE,
        ("This page cannot be opened any more", "Cette page ne peut plus être ouverte"),
        &format!("\n<p>{explanation}</p>"),
    )
}

pub(super) fn not_found(context: &PageContext) -> Response {
    let title = ("There is no such page", "Cette page n’existe pas");
    notice(context, StatusCode::NOT_FOUND, title, "")
}

/// What this server is, and what it keeps. In a frame it says by a message that it is shown.
pub(super) fn about(context: &PageContext, base_url: &str, keeps: bool) -> Response {
    let kept = if keeps {
        both(
            "It keeps the names, the identifiers and the states of what was created in a file, so \
             that links work after a restart. It keeps no answers.",
            "Il conserve dans un fichier les noms, les identifiants et les états de ce qui a été \
             créé, pour que les liens fonctionnent après un redémarrage. Il ne conserve aucune \
             réponse.",
        )
    } else {
        both("It forgets everything when it stops.", "Il oublie tout à son arrêt.")
    };
    let heading = ("Empego sandbox", "Bac à sable Empego");
    let body = format!(
        "<h1>{}</h1>\n<p>{} {kept}</p>\n<p>{} <code>{}</code></p>",
        both(heading.0, heading.1),
        both(
            "This server replaces Empego, for practice and for tests. It is not Empego.",
            "Ce serveur remplace Empego, pour l’essai et pour les tests. Ce n’est pas Empego.",
        ),
        both("Its interface is at", "Son interface se trouve à"),
        escape(base_url),
    );
    page(context, StatusCode::OK, heading, "", &body, SHOWN)
}

/// The page that posts from a wrong origin.
pub(super) fn messenger(context: &PageContext) -> Response {
    page(context, StatusCode::OK, ("Messenger", "Messager"), MESSENGER, "", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape(r#"<a b='&">"#), "&lt;a b=&#39;&amp;&quot;&gt;");
    }
}
