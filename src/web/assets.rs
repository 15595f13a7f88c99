//! Static assets: their folder and their addresses. A release build gives them hashed names and a
//! brotli copy each (`scripts/pack.mjs`); a watched build has neither.

use super::routes::Endpoint;
use anyhow::Context;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The stem of every bundle's file names.
const NAME: &str = "empego-desk";

/// The addresses of a browser bundle's two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub js: String,
    pub wasm: String,
}

/// Where the static assets are, and their addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The folder that contains `pkg`.
    pub root: PathBuf,
    pub css: String,
    pub staff: Bundle,
    pub patient: Bundle,
    /// Whether names contain a hash of the content, as in a release.
    pub hashed: bool,
}

impl Assets {
    /// Finds the folder `site`: beside the binary, beside the binary's folder (as in `target`), or
    /// in the working folder.
    ///
    /// # Errors
    /// When none of these folders has a `pkg`; the message names them.
    pub fn find() -> anyhow::Result<Self> {
        let binary = std::env::current_exe().context("where this program lies is not known")?;
        let folder = binary.parent().unwrap_or(Path::new("."));
        let places = [
            folder.join("site"),
            folder.join("../site"),
            PathBuf::from("site"),
            PathBuf::from("target/site"),
        ];
        let root = places.iter().find(|place| place.join("pkg").is_dir()).with_context(|| {
            format!(
                "the browser's files are in none of {places:?}: run `make build`, or put the \
                 folder `site` beside the binary"
            )
        })?;
        Self::open(root)
    }

    /// Reads the names of the assets in a folder.
    ///
    /// # Errors
    /// When `pkg/manifest.json` exists and is not a JSON object of names.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let list = root.join("pkg/manifest.json");
        let names: HashMap<String, String> = match std::fs::read_to_string(&list) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is not a list of names", list.display()))?,
            Err(_) => HashMap::new(),
        };
        let address = |name: String| Endpoint::BrowserFile.at(&[names.get(&name).unwrap_or(&name)]);
        let bundle = |stem: &str| Bundle {
            js: address(format!("{stem}.js")),
            wasm: address(format!("{stem}.wasm")),
        };
        let staff = bundle(NAME);
        // A watched build makes one bundle with all islands.
        let patient =
            if names.is_empty() { staff.clone() } else { bundle(&format!("{NAME}-patient")) };
        Ok(Self {
            root: root.to_path_buf(),
            css: address(format!("{NAME}.css")),
            staff,
            patient,
            hashed: !names.is_empty(),
        })
    }
}
