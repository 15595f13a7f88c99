//! Where a request comes from, for the log of who saw what.

/// The other end of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address, as far as trusted proxies tell (`DESK_TRUSTED_PROXIES`).
    pub address: String,
    /// What the browser calls itself: its `User-Agent`, cut at [`Client::DEVICE_LENGTH`] characters.
    pub device: String,
}

impl Client {
    /// The longest device that is kept, in characters.
    pub const DEVICE_LENGTH: usize = 200;
}
