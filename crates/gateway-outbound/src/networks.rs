//! Which addresses may be connected to. What a user of the gateway names must not lead into the operator's own network, to
//! its cloud's metadata or to this machine (SSRF); the operator may allow networks of his own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Networks that the operator allows beside the public ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpAddr, u8)>);

/// A text that names no networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} is no network: give addresses or networks, separated by commas (10.1.0.0/16, 192.168.1.7, fd00::/8)"
)]
pub struct NetworksError {
    /// The part that is none.
    pub found: String,
}

impl FromStr for Networks {
    type Err = NetworksError;

    /// Reads `10.1.0.0/16, 192.168.1.7, fd00::/8`; an empty text allows none.
    fn from_str(text: &str) -> Result<Self, NetworksError> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| network(part).ok_or_else(|| NetworksError { found: part.to_owned() }))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Networks {
    /// Whether the operator allows this address by name.
    #[must_use]
    pub fn list(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|(network, length)| is_within(address, *network, *length))
    }

    /// Whether this address may be connected to: it is public, or allowed.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        is_public(address) || self.list(address)
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.parse().ok())?;
    (length <= most).then_some((address, length))
}

fn is_within(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let (address, network, bits) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (u128::from(address.to_bits()), u128::from(network.to_bits()), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return false,
    };
    let shift = bits - u32::from(length);
    // A shift by all bits of the type is no shift for the language.
    address.checked_shr(shift).unwrap_or(0) == network.checked_shr(shift).unwrap_or(0)
}

/// Whether an address belongs to somebody on the public Internet, and not to a special-purpose network (IANA's registries,
/// RFC 6890). An IPv4 address within an IPv6 one counts as itself; ways that hide one (6to4, Teredo, NAT64) count as not public.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4
        .iter()
        .any(|(network, length)| is_within(address.into(), Ipv4Addr::from(*network).into(), *length))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // All that was ever given out for use lies in 2000::/3.
    let is_global = address.segments()[0] & 0xe000 == 0x2000;
    is_global
        && !SPECIAL_V6
            .iter()
            .any(|(network, length)| is_within(address.into(), Ipv6Addr::from(*network).into(), *length))
}

/// This network, private, shared, loopback, link-local, protocol assignments, documentation, 6to4 relays, benchmarks, multicast
/// and reserved.
const SPECIAL_V4: [([u8; 4], u8); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];
/// Protocol assignments with Teredo and benchmarks, documentation, 6to4.
const SPECIAL_V6: [([u16; 8], u8); 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap_or_else(|_| panic!("{text} is an address"))
    }

    #[test]
    fn special_networks_are_not_public() {
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "::127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "3fff::1",
            "4000::1",
        ] {
            assert!(!is_public(address(text)), "{text}");
        }
    }

    #[test]
    fn everybody_elses_are_public() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "192.167.255.255",
            "192.169.0.1",
            "198.17.255.255",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2a00::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(address(text)), "{text}");
        }
    }

    #[test]
    fn the_operator_allows_networks() {
        let allowed: Networks = "10.1.0.0/16, 192.168.1.7,fd00::/8".parse().expect("networks");
        for (text, expected) in [
            ("10.1.255.255", true),
            ("::ffff:10.1.0.1", true),
            ("10.2.0.1", false),
            ("192.168.1.7", true),
            ("192.168.1.8", false),
            ("fd12::1", true),
            ("fc12::1", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(allowed.allow(address(text)), expected, "{text}");
        }
        assert!(!allowed.list(address("8.8.8.8")), "public, but not by the operator's word");
        let all: Networks = "0.0.0.0/0,::/0".parse().expect("networks");
        assert!(all.list(address("127.0.0.1")) && all.list(address("::1")));
        assert_eq!("".parse(), Ok(Networks::default()));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["10.0.0.0/33", "::/129", "localhost", "10.0.0/8", "10.0.0.0/", "/8", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Networks>(), Err(NetworksError { found: text.to_owned() }), "{text}");
        }
    }
}
