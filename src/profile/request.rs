//! Makes a request of values.

use super::{ACCESS_KEY_IN_PATH, KEY_IN_PATH, Member, Operation};
use reqwest::Method;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The values of one call. A value that is not there is not sent.
pub type Values = BTreeMap<Member, Value>;

/// A request, without base URL and headers.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub method: Method,
    /// The parts of the path, not encoded.
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
    /// `None` where the method has none.
    pub body: Option<Value>,
}

impl Operation {
    /// The request with these values.
    #[must_use]
    pub fn request(&self, values: &Values) -> Request {
        let [key, access_key] = [Member::Key, Member::AccessKey]
            .map(|member| values.get(&member).map(text).unwrap_or_default());
        let segments = self.path.split('/').filter(|segment| !segment.is_empty());
        // One after the other would look for placeholders in a key.
        let filled = |segment: &str| match segment.split_once(KEY_IN_PATH) {
            Some((before, after)) => [before, &key, after].concat(),
            None => segment.replace(ACCESS_KEY_IN_PATH, &access_key),
        };
        let segments = segments.map(filled).collect();
        let query = self.query.iter().filter_map(|(member, name)| {
            values.get(member).map(|value| (name.clone(), text(value)))
        });
        let body = (self.method != Method::GET).then(|| {
            let mut body = Value::Object(Map::new());
            for (pointer, value) in &self.constants {
                put(&mut body, pointer, value.clone());
            }
            for (member, pointer) in &self.body {
                if let Some(value) = values.get(member) {
                    put(&mut body, pointer, value.clone());
                }
            }
            body
        });
        Request { method: self.method.clone(), segments, query: query.collect(), body }
    }
}

/// A value as a part of an address.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The member names of a pointer, unescaped (RFC 6901 §4).
pub(super) fn names(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"))
}

/// Writes a value at a place, and makes the objects on the way.
pub fn put(root: &mut Value, pointer: &str, value: Value) {
    let mut place = root;
    for name in names(pointer) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        // `Value`'s index adds a missing member of an object.
        place = &mut place[name];
    }
    *place = value;
}
