//! What was typed and not sent.

use super::words;

words! {
    /// Texts about drafts, for staff.
    DraftWords {
        restored: "Restored what you typed at {hh}:{m}.",
            "Ce que vous aviez tapé à {h}\u{a0}h\u{a0}{m} a été rétabli.";
        discard: "Discard", "Effacer";
    }
}
