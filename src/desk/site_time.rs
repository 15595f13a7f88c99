//! The time of a site: which day it is there, and when a day begins.

use super::Desk;
use crate::model::site::Site;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A time zone of the database, by its IANA name in any case, with the name as the database spells
/// it. Names without a slash are no places (`EST`, `localtime`), but for `UTC`.
#[must_use]
pub fn named(name: &str) -> Option<(String, TimeZone)> {
    if !name.contains('/') && !name.eq_ignore_ascii_case("UTC") {
        return None;
    }
    let zone = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown())?;
    Some((zone.iana_name()?.to_owned(), zone))
}

/// The day that it is in a time zone at a moment (Unix milliseconds).
#[must_use]
pub fn day_at(zone: &TimeZone, at: i64) -> Date {
    let at = Timestamp::from_millisecond(at).unwrap_or_default();
    at.to_zoned_datetime(zone.clone()).date()
}

/// The first moment of a day in a time zone, in milliseconds (UTC). Where the clocks skip midnight,
/// the day begins after it.
#[must_use]
pub fn start_of(zone: &TimeZone, day: Date) -> Option<i64> {
    Some(day.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
}

impl Desk {
    /// The time zone of a site: its own, or else the configured one. The configured one also counts
    /// where the database of time zones no longer has the site's.
    #[must_use]
    pub fn zone(&self, site: &Site) -> TimeZone {
        let own = site.time_zone.as_deref().and_then(named);
        own.map_or_else(|| self.policy.time_zone.clone(), |(_, zone)| zone)
    }

    /// Today at a site.
    #[must_use]
    pub fn today(&self, site: &Site) -> Date {
        day_at(&self.zone(site), self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn zone(name: &str) -> TimeZone {
        named(name).expect("a zone").1
    }

    fn at(moment: &str) -> i64 {
        moment.parse::<Timestamp>().expect("a moment").as_millisecond()
    }

    #[test]
    fn a_day_begins_at_the_midnight_of_its_place_and_has_its_hours() {
        for (name, day, start, hours) in [
            ("America/Toronto", "2027-03-13", "2027-03-13T05:00:00Z", 24),
            // The clocks go forward, and in November back.
            ("America/Toronto", "2027-03-14", "2027-03-14T05:00:00Z", 23),
            ("America/Toronto", "2027-03-15", "2027-03-15T04:00:00Z", 24),
            ("America/Toronto", "2026-11-01", "2026-11-01T04:00:00Z", 25),
            ("America/Regina", "2027-03-14", "2027-03-14T06:00:00Z", 24),
            ("America/Regina", "2026-11-01", "2026-11-01T06:00:00Z", 24),
            ("America/St_Johns", "2026-07-01", "2026-07-01T02:30:00Z", 24),
            ("America/St_Johns", "2027-03-14", "2027-03-14T03:30:00Z", 23),
            // There is no midnight on that day: the clocks go from 0:00 to 1:00.
            ("America/Havana", "2027-03-14", "2027-03-14T05:00:00Z", 23),
            ("UTC", "2027-03-14", "2027-03-14T00:00:00Z", 24),
        ] {
            let (zone, day) = (zone(name), day.parse::<Date>().expect("a day"));
            let begins = start_of(&zone, day).expect("a moment");
            assert_eq!(begins, at(start), "{name} {day}");
            let ends = start_of(&zone, day.tomorrow().expect("a day")).expect("a moment");
            assert_eq!(ends - begins, hours * HOUR_MS, "{name} {day}");
            for (moment, expected) in [
                (begins, day),
                (ends - 1, day),
                (begins - 1, day.yesterday().expect("a day")),
                (ends, day.tomorrow().expect("a day")),
            ] {
                assert_eq!(day_at(&zone, moment), expected, "{name} {day}");
            }
        }
    }

    #[test]
    fn one_moment_is_two_days_on_both_sides_of_the_date_line() {
        let now = at("2026-11-27T10:30:00Z");
        for (name, day) in [
            ("Pacific/Kiritimati", "2026-11-28"),
            ("Pacific/Pago_Pago", "2026-11-26"),
            ("America/Toronto", "2026-11-27"),
        ] {
            assert_eq!(day_at(&zone(name), now).to_string(), day, "{name}");
        }
    }

    #[test]
    fn a_zone_is_known_by_the_name_of_its_place() {
        for (typed, name) in [
            ("America/Toronto", "America/Toronto"),
            ("america/st_johns", "America/St_Johns"),
            ("utc", "UTC"),
        ] {
            assert_eq!(named(typed).map(|(name, _)| name).as_deref(), Some(name), "{typed}");
        }
        for typed in [
            "",
            "EST",
            "EST5EDT",
            "localtime",
            "Etc/Unknown",
            "Mars/Olympus",
            "America/",
            "../etc/passwd",
            "/etc/localtime",
            "America/Toronto\0",
            "-05:00",
        ] {
            assert!(named(typed).is_none(), "{typed:?}");
        }
    }
}
