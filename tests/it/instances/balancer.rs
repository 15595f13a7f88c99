//! `HAProxy` with `packaging/haproxy.cfg`, as far as that can be run here: on one free port, without
//! TLS, in front of three desks.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use tokio::process::{Child, Command};

pub struct Balancer {
    pub url: String,
    _process: Child,
}

impl Balancer {
    /// A balancer on this port, with its files in this folder.
    pub fn start(folder: &Path, port: u16, desks: &[SocketAddr]) -> Self {
        let file = folder.join("haproxy.cfg");
        std::fs::write(&file, config(port, desks)).expect("it is written");
        let log = || File::options().create(true).append(true).open(folder.join("haproxy.log"));
        let process = Command::new(program())
            .args(["-db", "-f"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(log().expect("a log"))
            .stderr(log().expect("a log"))
            .kill_on_drop(true)
            .spawn()
            .expect("HAProxy starts");
        Self { url: format!("http://127.0.0.1:{port}"), _process: process }
    }
}

/// The shipped file with what is of this machine in place of what is an example.
fn config(port: u16, desks: &[SocketAddr]) -> String {
    let shipped = include_str!("../../../packaging/haproxy.cfg");
    let server = "server desk1 127.0.0.1:3000 ";
    let line = shipped.lines().find_map(|line| line.trim().strip_prefix(server));
    let line = line.expect("it has an example of a server");
    let servers = desks
        .iter()
        .enumerate()
        .map(|(number, addr)| format!("    server desk{} {addr} {line}\n", number + 1));
    let tls = "bind :443 ssl crt /etc/haproxy/empego-desk.pem alpn h2,http/1.1";
    let redirect =
        "http-request redirect prefix https://desk.example.ca code 301 unless { ssl_fc }";
    let mut text = shipped.to_owned();
    for (example, here) in [
        ("log /dev/log local0", "log stdout format raw local0".to_owned()),
        ("    bind :80\n", String::new()),
        (tls, format!("bind 127.0.0.1:{port}")),
        (redirect, String::new()),
        ("X-Forwarded-Proto https", "X-Forwarded-Proto http".to_owned()),
        // Without TLS the cookie has no prefix.
        ("__Host-desk_session", "desk_session".to_owned()),
    ] {
        assert!(text.contains(example), "packaging/haproxy.cfg has no {example:?}");
        text = text.replace(example, &here);
    }
    let example = format!("    {server}{line}\n");
    assert!(text.contains(&example), "packaging/haproxy.cfg has no {example:?}");
    text.replace(&example, &servers.collect::<String>())
}

fn program() -> &'static str {
    // Debian's is not on the PATH of users.
    const PLACES: [&str; 3] =
        ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/opt/homebrew/bin/haproxy"];
    let known = PLACES.into_iter().find(|place| Path::new(place).is_file());
    known.unwrap_or_else(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).any(|folder| folder.join("haproxy").is_file());
        assert!(found, "HAProxy is missing; scripts/setup test installs it");
        "haproxy"
    })
}
