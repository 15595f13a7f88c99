use super::*;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn the_defaults_are_enough_to_try_it_out() {
    let config = Config::read(&Settings::default()).expect("defaults hold");
    assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
    assert!(matches!(config.upstream, Upstream::Sandbox));
    assert!(config.file_origins.is_empty(), "none is known to be right");
    assert_eq!(config.link_ttl_ms, Some(72 * 3_600_000));
    assert_eq!(config.data_folder, PathBuf::from("data"));
}

#[test]
fn everything_bad_is_named_at_once() {
    let settings = Settings {
        desk_addr: some("here"),
        desk_public_url: some("ftp://x"),
        desk_time_zone: some("Mars/Olympus"),
        database_url: some("mysql://x"),
        empego_api_url: some("http://empego.example"),
        empego_api_key: some("k"),
        empego_key_header: some("cookie"),
        empego_app_origins: some("https://a.example/path, http://b.example"),
        empego_file_origins: some("https://files.example/path"),
        empego_events_url: some("https://x"),
        empego_timeout: some("soon"),
        desk_confirm_after: some("none"),
        sandbox_addr: some("3100"),
        desk_secret: some("short"),
        desk_log: some("xml"),
        desk_metrics_addr: some("x"),
        desk_admin_password: some("short"),
        desk_link_ttl: some("0h"),
        desk_retention: some("forever"),
        oidc_issuer: some("http://id.example"),
        oidc_trust_email: some("perhaps"),
        desk_audit_retention: some("10 years"),
        limits: LimitSettings {
            desk_password_permits: some("0"),
            desk_drain: some("1h"),
            desk_shutdown_timeout: some("soon"),
            desk_max_connections: some("-1"),
            desk_max_requests_of_address: some("many"),
            desk_max_streams: some("0"),
            desk_max_form: some("1"),
            desk_request_timeout: some("30s"),
            desk_purge_share: some("101"),
            empego_concurrency: some("0"),
            empego_read_timeout: some("1h"),
            ..LimitSettings::default()
        },
        ..Settings::default()
    };
    let problems = Config::read(&settings).expect_err("nothing holds");
    for name in [
        "DESK_ADDR",
        "DESK_PUBLIC_URL",
        "DESK_TIME_ZONE",
        "DATABASE_URL",
        "EMPEGO_API_URL",
        "EMPEGO_KEY_HEADER",
        "EMPEGO_APP_ORIGINS",
        "EMPEGO_FILE_ORIGINS",
        "EMPEGO_EVENTS_URL",
        "EMPEGO_TIMEOUT",
        "DESK_CONFIRM_AFTER",
        "SANDBOX_ADDR",
        "DESK_SECRET",
        "DESK_LOG",
        "DESK_METRICS_ADDR",
        "DESK_ADMIN_PASSWORD",
        "DESK_LINK_TTL",
        "DESK_RETENTION",
        "OIDC_ISSUER",
        "OIDC_TRUST_EMAIL",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "DESK_AUDIT_RETENTION",
        "DESK_PASSWORD_PERMITS",
        "DESK_DRAIN",
        "DESK_SHUTDOWN_TIMEOUT",
        "DESK_MAX_CONNECTIONS",
        "DESK_MAX_REQUESTS_OF_ADDRESS",
        "DESK_MAX_STREAMS",
        "DESK_MAX_FORM",
        "DESK_REQUEST_TIMEOUT",
        "DESK_PURGE_SHARE",
        "EMPEGO_CONCURRENCY",
        "EMPEGO_READ_TIMEOUT",
    ] {
        assert!(
            problems.iter().any(|problem| problem.starts_with(&format!("{name}: "))),
            "{name} is not named in {problems:?}"
        );
    }
    assert!(!problems.join(" ").contains("short\""), "secrets are not repeated");
}

#[test]
fn the_sandbox_is_for_this_machine_alone() {
    for (addr, used, fits) in [
        ("127.0.0.1:3100", true, true),
        ("[::1]:3100", true, true),
        ("0.0.0.0:3100", true, false),
        ("192.168.1.20:3100", true, false),
        ("0.0.0.0:3100", false, true),
    ] {
        let empego = |text: &str| (!used).then(|| text.to_owned());
        let settings = Settings {
            sandbox_addr: some(addr),
            empego_api_url: empego("https://api.example/v2"),
            empego_api_key: empego("key"),
            ..Settings::default()
        };
        let problems = Config::read(&settings).err().unwrap_or_default();
        assert_eq!(problems.len(), usize::from(!fits), "{addr}: {problems:?}");
        assert!(
            problems.iter().all(|problem| problem.starts_with("SANDBOX_ADDR: ")),
            "{problems:?}"
        );
    }
}

#[test]
fn production_refuses_the_sandbox_plain_http_and_a_missing_secret() {
    let settings = Settings {
        desk_env: some("production"),
        desk_public_url: some("http://desk.example"),
        empego_app_origins: some("http://127.0.0.1:3100"),
        empego_file_origins: some("http://127.0.0.1:3100"),
        ..Settings::default()
    };
    let problems = Config::read(&settings).expect_err("production is strict").join("\n");
    for name in [
        "DESK_PUBLIC_URL",
        "EMPEGO_API_URL",
        "EMPEGO_API_KEY",
        "EMPEGO_APP_ORIGINS",
        "EMPEGO_FILE_ORIGINS",
        "DESK_SECRET",
        "DESK_CLINIC_NAME",
    ] {
        assert!(problems.contains(name), "{name} is not named in {problems}");
    }
}

#[test]
fn a_whole_production_configuration_holds() {
    let settings = Settings {
        desk_env: some("production"),
        desk_public_url: some("https://desk.example"),
        empego_api_url: some("https://api.example/v2"),
        empego_api_key: some("key"),
        desk_secret: some(&"s".repeat(40)),
        desk_link_ttl: some("none"),
        desk_clinic_name: some(" Clinique du Parc "),
        ..Settings::default()
    };
    let config = Config::read(&settings).expect("it holds");
    assert_eq!((config.link_ttl_ms, config.clinic_name.as_str()), (None, "Clinique du Parc"));
    assert!(!format!("{config:?}").contains("ssss"), "secrets are not shown");
}

#[test]
fn a_setting_of_the_provider_without_a_provider_is_a_warning() {
    let settings = Settings {
        oidc_role_claim: some("groups"),
        oidc_trust_email: some("on"),
        oidc_site_claim: some(" "),
        ..Settings::default()
    };
    let config = Config::read(&settings).expect("it holds");
    assert!(config.oidc.is_none());
    let names: Vec<_> = config.warnings.iter().filter_map(|text| text.split(':').next()).collect();
    assert_eq!(names, ["OIDC_ROLE_CLAIM", "OIDC_TRUST_EMAIL"]);
}

/// What is wrong with one setting hides nothing of another.
#[test]
fn a_missing_key_does_not_hide_a_bad_address() {
    let settings = Settings {
        desk_env: some("production"),
        empego_api_url: some("http://empego.example"),
        empego_tenant_key: some("two words"),
        ..Settings::default()
    };
    let problems = Config::read(&settings).expect_err("three are bad");
    for problem in ["EMPEGO_API_URL: is not", "EMPEGO_API_KEY: is missing", "EMPEGO_TENANT_KEY: "] {
        assert!(problems.iter().any(|it| it.starts_with(problem)), "{problem}: {problems:?}");
    }
}
