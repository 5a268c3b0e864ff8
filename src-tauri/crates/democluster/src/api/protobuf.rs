//! As much of protobuf as an access review in it needs: kubectl sends them so.

use std::collections::BTreeMap;

/// What objects in the protobuf encoding of Kubernetes begin with; a `runtime.Unknown` follows, which wraps the object.
pub(super) const MAGIC: &[u8] = b"k8s\0";

/// The field of `runtime.Unknown` that holds the object.
const RAW: u64 = 2;

/// The object in a body.
pub(super) fn object(body: &[u8]) -> Option<Message<'_>> {
    Message::read(body.strip_prefix(MAGIC)?)?.message(RAW)
}

/// The fields of a message that have a length: texts and messages. The last of a number counts.
pub(super) struct Message<'a> {
    fields: BTreeMap<u64, &'a [u8]>,
}

impl<'a> Message<'a> {
    fn read(mut bytes: &'a [u8]) -> Option<Self> {
        let mut fields = BTreeMap::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes)?;
            match key & 7 {
                0 => {
                    varint(&mut bytes)?;
                }
                1 => bytes = bytes.get(8..)?,
                2 => {
                    let length = usize::try_from(varint(&mut bytes)?).ok()?;
                    let (field, rest) = bytes.split_at_checked(length)?;
                    fields.insert(key >> 3, field);
                    bytes = rest;
                }
                5 => bytes = bytes.get(4..)?,
                _ => return None,
            }
        }
        Some(Self { fields })
    }

    pub(super) fn message(&self, field: u64) -> Option<Self> {
        Self::read(self.fields.get(&field)?)
    }

    /// The text of a field; empty if there is none.
    pub(super) fn text(&self, field: u64) -> &'a str {
        self.fields.get(&field).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_texts_in_messages_and_passes_over_numbers() {
        // runtime.Unknown { raw: { 1: 300 (a number), 2: { 2: "get" } } }
        let body = b"k8s\0\x12\x0a\x08\xac\x02\x12\x05\x12\x03get";
        let object = object(body).expect("an object");
        let inner = object.message(2).expect("a message");
        assert_eq!((inner.text(2), inner.text(3)), ("get", ""));
        assert!(object.message(7).is_none());
        assert!(super::object(b"k8s\0\x12\xff").is_none());
    }
}
