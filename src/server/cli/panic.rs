//! Panics in the operator's log.

use std::any::Any;

/// Logs each panic by its place in the code. The default report repeats the message, and one such
/// as that of a wrong index repeats the text that it is about, which can be a patient's.
pub(super) fn report() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, message = literal(panic.payload()), "a task panicked");
    }));
}

/// The message, where it is a literal of the code.
fn literal(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn a_message_with_data_is_not_logged() {
        let name = std::hint::black_box("Zoé Tremblay");
        let payload = catch_unwind(|| name[..3].len()).expect_err("not at a boundary");
        assert_eq!(literal(&*payload), None);
        let payload = catch_unwind(|| panic!("a lock is held")).expect_err("it panics");
        assert_eq!(literal(&*payload), Some("a lock is held"));
    }
}
