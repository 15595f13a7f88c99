//! A full disk: writing goes on within seconds of space being there, `/readyz` says 503 meanwhile,
//! and nothing that was acknowledged is lost.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use reqwest::StatusCode;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Mounts a small file system over the data folder, fills half of it with ballast, and starts what
/// follows. In a mount namespace of its own, which ends with the process.
const IN_A_SMALL_DISK: &str = "mount -t tmpfs -o size=5m tmpfs data && \
    head -c 2500000 /dev/zero > data/ballast && exec \"$0\" \"$@\"";
/// The longest time to the first success once there is space.
const RECOVERY: Duration = Duration::from_secs(5);

async fn create(desk: &Binary, number: u32) -> (StatusCode, String) {
    let identifier = format!("A-{number}");
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", &identifier)];
    let page = desk.post("create_consultation", &form).await;
    let text = if page.status == StatusCode::SEE_OTHER { page.location } else { page.text };
    (page.status, text)
}

#[tokio::test]
async fn a_full_disk() {
    let wrapper = ["unshare", "--map-root-user", "--mount", "sh", "-c", IN_A_SMALL_DISK];
    let settings = [("DESK_ADMIN_EMAIL", EMAIL), ("DESK_ADMIN_PASSWORD", PASSWORD)];
    let mut desk = Binary::inside(&wrapper, &settings).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(desk.get("/readyz").await.status, StatusCode::OK);
    let mut acknowledged = Vec::new();
    let page = loop {
        match create(&desk, u32::try_from(acknowledged.len()).expect("few")).await {
            (StatusCode::SEE_OTHER, location) => acknowledged.push(location),
            (status, page) => {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
                break page;
            }
        }
    };
    assert!(page.contains("disk is full: nothing was saved"), "{page}");
    // An answer is given again for a second.
    let full = Instant::now();
    while desk.get("/readyz").await.status != StatusCode::SERVICE_UNAVAILABLE {
        assert!(full.elapsed() < RECOVERY, "it is ready on a full disk");
    }

    let ballast = PathBuf::from(format!("/proc/{}/root", desk.pid()))
        .join(desk.data("ballast").strip_prefix("/").expect("an absolute path"));
    std::fs::remove_file(ballast).expect("it is removed");
    let freed = Instant::now();
    let mut refused = 0;
    while create(&desk, 1_000_000 + refused).await.0 != StatusCode::SEE_OTHER {
        refused += 1;
        assert!(freed.elapsed() < RECOVERY, "no create succeeded in {RECOVERY:?}");
    }
    let recovered = freed.elapsed();
    while desk.get("/readyz").await.status != StatusCode::OK {
        assert!(freed.elapsed() < RECOVERY, "it is not ready after {RECOVERY:?}");
    }
    for location in &acknowledged {
        assert_eq!(desk.get(location).await.status, StatusCode::OK, "{location}");
    }
    println!(
        "full disk: {} acknowledged and all there; the first create {} ms after space was made, \
         {refused} refused before; ready after {} ms",
        acknowledged.len(),
        recovered.as_millis(),
        freed.elapsed().as_millis()
    );
}
