use super::*;

#[test]
fn what_is_in_no_row_is_for_the_staff_of_the_pages_beside_it() {
    for (path, access) in [
        ("/x", STAFF),
        ("/c/a/b", PUBLIC),
        ("/sign-in/x", STAFF),
        ("/set-password/a/b", PUBLIC),
        ("/consultationsx", STAFF),
        ("/adminx", STAFF),
        ("/admin", ADMIN),
        ("/admin/x", ADMIN),
        ("/consultations/1/x", CONSULT),
        ("/follow-ups/new/x", CONSULT),
    ] {
        assert_eq!(Route::access_without_row(path), access, "{path}");
    }
}

#[test]
fn a_404_is_about_a_record_where_the_address_names_one() {
    let records =
        Route::all().filter(|route| !matches!(route, Route::Function(_)) && route.names_record());
    let mut patterns: Vec<&str> = records.map(Route::pattern).collect();
    patterns.sort_unstable();
    assert_eq!(
        patterns,
        [
            "/admin/audit/patient/{id}",
            "/admin/audit/patient/{id}/report.csv",
            "/admin/incidents/{id}",
            "/admin/staff/{id}",
            "/consultations/{id}",
            "/consultations/{id}/details",
            "/consultations/{id}/exports/{file}",
            "/consultations/{id}/merge",
            "/consultations/{id}/patient",
            "/consultations/{id}/slip",
            "/follow-ups/new",
        ]
    );
    let patients: Vec<&str> =
        Route::all().filter(|route| route.is_patients()).map(Route::log_name).collect();
    assert_eq!(
        patients,
        ["/c/{token}", "start_consultation", "report_message", "consultation_state"]
    );
}
