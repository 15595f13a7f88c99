//! Dates and times in the time zone of a site.

use crate::model::language::Language;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_FR: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAYS_FR: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];

/// A time (Unix milliseconds) relative to `now`: `Today 09:41`, `Nov 3, 09:41` in the current
/// year, `3 nov. 2025, 9 h 41` in another.
#[must_use]
pub fn moment(language: Language, zone: &TimeZone, at: i64, now: i64) -> String {
    let (Ok(at), Ok(now)) = (Timestamp::from_millisecond(at), Timestamp::from_millisecond(now))
    else {
        return String::new();
    };
    let (at, now) = (at.to_zoned_datetime(zone.clone()), now.to_zoned_datetime(zone.clone()));
    let clock = clock(language, at.time());
    let other_year = at.year() != now.year();
    match language {
        Language::En if at.date() == now.date() => format!("Today {clock}"),
        Language::Fr if at.date() == now.date() => format!("Aujourd’hui {clock}"),
        Language::En => format!("{}, {clock}", english(at.date(), other_year)),
        Language::Fr => format!("{}, {clock}", french(at.date(), other_year)),
    }
}

/// A time of day.
fn clock(language: Language, time: Time) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match language {
        Language::En => format!("{hour:02}:{minute:02}"),
        Language::Fr => format!("{hour} h {minute:02}"),
    }
}

/// A time with its whole date, for paper: what is read later is not of today.
#[must_use]
pub fn dated(language: Language, zone: &TimeZone, at: i64) -> String {
    let Ok(at) = Timestamp::from_millisecond(at) else { return String::new() };
    let at = at.to_zoned_datetime(zone.clone());
    let clock = clock(language, at.time());
    match language {
        Language::En => format!("{}, {clock}", english(at.date(), true)),
        Language::Fr => format!("{}, {clock}", french(at.date(), true)),
    }
}

/// [`sentence`] as one text, for what is still so: of today it has the time alone, as in *open
/// since 13:12*.
#[must_use]
pub fn since(language: Language, zone: &TimeZone, text: &str, at: i64, now: i64) -> String {
    let zoned =
        |at: i64| Timestamp::from_millisecond(at).ok().map(|at| at.to_zoned_datetime(zone.clone()));
    match (zoned(at), zoned(now)) {
        (Some(at), Some(now)) if at.date() == now.date() => {
            super::fill(text, "when", &clock(language, at.time()))
        }
        _ => sentence(language, zone, text, at, now).concat(),
    }
}

/// A sentence with [`moment`] in the place of its `{when}`, in three parts: what is before it, the
/// moment, what is after it. Behind other words "today" is in lower case, and in French a date has
/// the article that a preposition asks for: *jusqu’au 28 nov.*, *depuis le 28 nov.*
#[must_use]
pub fn sentence(
    language: Language,
    zone: &TimeZone,
    sentence: &str,
    at: i64,
    now: i64,
) -> [String; 3] {
    let (before, after) = sentence.split_once("{when}").unwrap_or((sentence, ""));
    let (mut before, mut moment) = (before.to_owned(), moment(language, zone, at, now));
    if before.is_empty() {
        return [before, moment, after.to_owned()];
    }
    if let Some(rest) = moment.strip_prefix("Today") {
        moment = format!("today{rest}");
    } else if let Some(rest) = moment.strip_prefix("Aujourd’hui") {
        moment = format!("aujourd’hui{rest}");
    } else if language == Language::Fr {
        if let Some(rest) = before.strip_suffix("à ") {
            before = format!("{rest}au ");
        } else if before.ends_with("depuis ") {
            before.push_str("le ");
        }
    }
    [before, moment, after.to_owned()]
}

/// A time to the second with its offset from UTC, the same in both languages: for logs and reports.
#[must_use]
pub fn exact(zone: &TimeZone, at: i64) -> String {
    let Ok(at) = Timestamp::from_millisecond(at) else { return String::new() };
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// Formats a `YYYY-MM-DD` date with the month's name. Other text is returned unchanged.
#[must_use]
pub fn day(language: Language, text: &str) -> String {
    match (text.parse::<Date>(), language) {
        (Ok(date), Language::En) => english(date, true),
        (Ok(date), Language::Fr) => french(date, true),
        (Err(_), _) => text.to_owned(),
    }
}

/// A date without its year.
#[must_use]
pub fn short_day(language: Language, day: Date) -> String {
    match language {
        Language::En => english(day, false),
        Language::Fr => french(day, false),
    }
}

/// The abbreviated day of the week.
#[must_use]
pub fn weekday(language: Language, day: Date) -> &'static str {
    let names = if language == Language::Fr { &DAYS_FR } else { &DAYS_EN };
    usize::try_from(day.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}

/// A time for `datetime` attributes (RFC 3339, UTC).
#[must_use]
pub fn machine(at: i64) -> String {
    Timestamp::from_millisecond(at).map(|at| at.to_string()).unwrap_or_default()
}

fn month(names: &'static [&'static str; 12], date: Date) -> &'static str {
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}

fn english(date: Date, year: bool) -> String {
    let day = format!("{} {}", month(&MONTHS_EN, date), date.day());
    if year { format!("{day}, {}", date.year()) } else { day }
}

fn french(date: Date, year: bool) -> String {
    let ordinal = if date.day() == 1 { "er" } else { "" };
    let day = format!("{}{ordinal} {}", date.day(), month(&MONTHS_FR, date));
    if year { format!("{day} {}", date.year()) } else { day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_naturally_in_both_languages() {
        let zone = TimeZone::get("America/Toronto").expect("it is bundled");
        let now = "2026-11-24T15:00:00Z".parse::<Timestamp>().expect("a moment").as_millisecond();
        let minute = 60_000;
        for (at, en, fr) in [
            (now, "Today 10:00", "Aujourd’hui 10 h 00"),
            (now - 24 * 60 * minute, "Nov 23, 10:00", "23 nov., 10 h 00"),
            (now - 365 * 24 * 60 * minute, "Nov 24, 2025, 10:00", "24 nov. 2025, 10 h 00"),
            (now - 23 * 24 * 60 * minute, "Nov 1, 10:00", "1er nov., 10 h 00"),
        ] {
            assert_eq!(moment(Language::En, &zone, at, now), en);
            assert_eq!(moment(Language::Fr, &zone, at, now), fr);
        }
        let said = |language, text, at| sentence(language, &zone, text, at, now).concat();
        let week = now + 4 * 24 * 60 * minute;
        for (at, en, fr) in [
            (now, "Until today 10:00.", "Jusqu’à aujourd’hui 10 h 00."),
            (week, "Until Nov 28, 10:00.", "Jusqu’au 28 nov., 10 h 00."),
        ] {
            assert_eq!(said(Language::En, "Until {when}.", at), en);
            assert_eq!(said(Language::Fr, "Jusqu’à {when}.", at), fr);
        }
        assert_eq!(
            said(Language::Fr, "Ouverte depuis {when}", now),
            "Ouverte depuis aujourd’hui 10 h 00"
        );
        assert_eq!(
            said(Language::Fr, "Ouverte depuis {when}", week),
            "Ouverte depuis le 28 nov., 10 h 00"
        );
        assert_eq!(
            said(Language::Fr, "Expiration\u{a0}: {when}", week),
            "Expiration\u{a0}: 28 nov., 10 h 00"
        );
        for (at, en, fr) in [
            (now - 60 * minute, "Open since 09:00", "Ouverte depuis 9 h 00"),
            (week, "Open since Nov 28, 10:00", "Ouverte depuis le 28 nov., 10 h 00"),
        ] {
            assert_eq!(since(Language::En, &zone, "Open since {when}", at, now), en);
            assert_eq!(since(Language::Fr, &zone, "Ouverte depuis {when}", at, now), fr);
        }
        assert_eq!(said(Language::En, "{when} by Ada", now), "Today 10:00 by Ada");
        assert_eq!(dated(Language::En, &zone, now), "Nov 24, 2026, 10:00");
        assert_eq!(dated(Language::Fr, &zone, now), "24 nov. 2026, 10 h 00");
        assert_eq!(day(Language::En, "1954-12-28"), "Dec 28, 1954");
        assert_eq!(day(Language::Fr, "1954-12-01"), "1er déc. 1954");
        assert_eq!(exact(&zone, now), "2026-11-24 10:00:00 -05:00");
        let day = "2026-11-26".parse::<Date>().expect("a day");
        assert_eq!(
            (weekday(Language::En, day), short_day(Language::En, day).as_str()),
            ("Thu", "Nov 26")
        );
        assert_eq!(
            (weekday(Language::Fr, day), short_day(Language::Fr, day).as_str()),
            ("jeu.", "26 nov.")
        );
        assert_eq!(machine(0), "1970-01-01T00:00:00Z");
    }
}
