//! What every implementation of `Store` must do, in the words of the trait. The functions see
//! nothing but the trait. They run on SQLite, and on PostgreSQL where the tests do.

mod additions;
pub mod audit;
mod beginnings;
mod board;
mod chain;
mod changes;
mod corrections;
mod events;
mod exports;
mod files;
mod follow_ups;
pub mod incidents;
mod lookups;
mod patient_changes;
mod restores;
mod retention;
pub mod samples;
mod search;
mod sites;
mod staff;
mod systems;
mod tampering;
mod transactions;
mod tries;
pub mod upgrades;

use crate::database::Place;
use empego_desk::store::Store;
use std::any::Any;
use std::sync::Arc;

/// A new, empty store, and what must live as long as it does.
struct Opened {
    store: Arc<dyn Store>,
    _keep: Box<dyn Any + Send>,
}

async fn opened() -> Opened {
    let place = Place::new("desk.db");
    let store = place.store().await;
    Opened { store, _keep: Box::new(place) }
}

macro_rules! contract {
    ($database:ident: $open:path => $($subject:ident { $($test:ident),+ $(,)? })+) => {
        mod $database {
            $(mod $subject {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let opened = $open().await;
                    opened.store.add_site(&crate::store_contract::samples::site_of(1)).await.expect("a site");
                    crate::store_contract::$subject::$test(opened.store.clone()).await;
                })+
            })+
        }
    };
}

/// Every test of the contract, for one implementation.
macro_rules! whole_contract {
    ($database:ident: $open:path) => {
        contract! { $database: $open =>
            staff {
                a_new_store_is_ready, accounts_are_found_in_any_case, an_email_is_taken_once, accounts_are_listed_by_email,
                a_new_password_ends_the_sessions, a_disabled_account_has_no_sessions, what_is_not_there_is_not_found,
                sessions_come_and_go, a_session_takes_the_place_of_another, a_sign_in_with_an_old_password_starts_nothing, an_end_of_nothing_leaves_no_row, a_use_never_goes_back, old_sessions_end,
            }
            sites {
                settings_are_kept_whole, a_founder_has_a_role_or_there_is_no_site, a_session_knows_the_other_sites,
                an_account_joins_as_its_sites_are_then, of_two_joins_at_once_one_is_anew, a_logo_is_one_and_can_go,
            }
            systems {
                names_are_replaced_as_a_whole,
            }
            transactions {
                a_failed_change_leaves_no_row, a_change_and_its_row_appear_together, a_sign_in_resets_its_counters,
                a_row_for_news_is_not_written_without_news,
            }
            tries {
                wrong_tries_wait_longer_and_longer, what_is_forgiven_begins_anew,
                one_barred_subject_bars_the_try_and_nothing_is_counted, tries_at_once_do_not_slip_past_each_other,
                a_link_sets_one_password_once, steps_and_codes_are_taken_once, an_identity_is_one_accounts, what_is_sealed_is_sealed_again,
                sessions_are_listed_and_ended_but_one,
            }
            beginnings {
                a_new_one_is_recorded_whole, the_same_press_changes_nothing, two_presses_at_once_make_one,
                a_patient_is_found_by_any_identifier, details_are_replaced_where_staff_said_so, what_was_changed_meanwhile_is_not_overwritten, the_first_known_identifier_wins,
                no_identifier_makes_a_new_patient, the_drafts_first_identifier_is_the_newest, bad_references_are_refused,
            }
            changes {
                a_new_store_has_none, what_changes_a_consultation_is_a_change,
                what_changes_a_patient_changes_each_of_their_consultations, what_was_not_changed_is_no_change,
                old_changes_are_forgotten_and_the_newest_stays,
            }
            corrections {
                a_mistyped_identifier_does_not_stay, a_correction_finds_the_patient, a_number_that_another_patient_got_meanwhile_is_refused, a_corrected_patient_is_not_overwritten, a_shared_patient_is_kept,
                an_unidentified_correction_stays_with_its_patient, what_was_created_is_not_amended, nothing_to_amend,
                a_retry_that_was_not_the_first_corrects_nothing,
            }
            additions {
                entries_become_state_and_history, the_first_access_key_stays, a_repeated_event_is_one_row, the_same_event_id_elsewhere_is_another_event,
                fifty_at_once_are_one_row, history_is_oldest_first, every_event_reads_as_it_was_written,
                a_key_is_kept_and_never_shared, links_lead_to_their_consultation, a_refused_addition_leaves_nothing, what_was_decided_by_another_state_is_refused,
                nothing_to_add_to, messages_at_once_do_not_pass_their_limit,
            }
            audit {
                rows_read_back_whole, an_empty_log_is_whole, appends_at_once_keep_one_chain, a_log_is_one_sites,
                rows_of_no_site_are_for_who_administers_every_site, every_filter_counts,
                pruning_is_a_row_that_proves_the_beginning, pruning_takes_no_more_than_it_may, pruning_never_loses_the_newest_row, pruning_stops_at_the_first_young_row,
            }
            events {
                an_event_is_applied_once_however_often_it_comes, what_waits_is_applied_when_its_key_comes,
                an_unanswered_call_is_found_by_what_we_gave_empego, an_event_brings_a_key_that_is_not_known, unknown_types_are_kept_and_counted, old_events_are_forgotten,
                any_order_ends_in_the_same_state, what_waits_is_adopted_once_nobody_knows_the_outcome, doubts_are_counted, a_purged_consultation_takes_its_events_along,
            }
            exports {
                exports_are_kept_whole_newest_first, exports_are_one_sites, exports_are_kept_together_or_not_at_all,
                a_purge_removes_the_exports_too,
            }
            follow_ups {
                a_follow_up_is_kept_whole_and_on_no_board, every_view_says_what_the_stage_says,
                a_search_finds_follow_ups_by_their_patient, a_follow_up_stays_until_its_day_is_over,
            }
            patient_changes {
                a_correction_is_exact_and_keeps_what_was_before, a_correction_of_what_changed_meanwhile_changes_nothing,
                a_number_of_another_patient_is_refused, of_corrections_at_once_one_counts,
                an_undone_merge_leaves_the_details_of_neither_in_a_history,
                an_undone_merge_takes_the_follow_ups_of_the_other_along,
                a_merge_makes_one_patient_of_two, an_undone_merge_is_as_before, what_was_changed_since_bars_the_way_back,
                merges_that_cross_leave_one_patient, what_is_created_for_a_merged_patient_goes_to_the_kept_one,
                a_chain_of_merges_is_one_history, a_purge_takes_the_history_along, a_held_record_keeps_the_merged_patient,
                changes_are_one_sites, a_language_stays_with_its_patient,
            }
            lookups {
                patients_are_found_by_every_part, a_draft_is_compared_with_those_on_record,
                visits_are_the_newest_and_the_open_ones, what_was_not_seen_records_nothing,
            }
            incidents { every_version_stays, two_edits_of_one_version_do_not_mix, a_register_is_one_sites }
            retention {
                what_is_old_goes_whole, what_is_held_stays, a_younger_word_keeps_it,
                a_patient_with_another_consultation_stays, another_sites_records_are_left_alone, holds_come_and_go,
                plans_come_and_go, a_clock_is_certain_up_to_its_first_leap,
            }
            board {
                rows_say_what_the_consultation_says, every_filter_says_what_the_state_says,
                pages_hold_every_row_once_while_rows_arrive, a_new_number_shows_on_every_row,
            }
            search {
                words_are_beginnings_in_any_order, identifiers_are_found_with_and_without_separators,
                names_with_separators_are_found_both_ways, punctuation_is_no_search, odd_input_is_no_error,
                search_follows_the_patient, search_and_filter_and_page_together, many_hits_are_paged_too,
                every_script_and_sign_is_found_alike,
            }
        }
    };
}

whole_contract!(contract: crate::store_contract::opened);
