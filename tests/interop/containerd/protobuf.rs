//! The little of protobuf's wire format that the CRI calls need: numbers, texts and nested messages.
//!
//! <https://protobuf.dev/programming-guides/encoding/>

/// Wire types of the encoding.
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

/// A message being written, field by field.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3 | VARINT);
        self.varint(value);
        self
    }

    pub(super) fn text(self, field: u64, value: &str) -> Self {
        self.length_delimited(field, value.as_bytes())
    }

    pub(super) fn nested(self, field: u64, message: &Self) -> Self {
        self.length_delimited(field, &message.0)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn length_delimited(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | LENGTH_DELIMITED);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// The texts and nested messages that `message` holds in `field`, in order.
///
/// # Errors
/// When the bytes are not a protobuf message.
pub(super) fn nested(message: &[u8], field: u64) -> Result<Vec<&[u8]>, String> {
    let mut rest = message;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let key = take_varint(&mut rest)?;
        match key & 7 {
            VARINT => {
                take_varint(&mut rest)?;
            }
            FIXED64 => {
                take(&mut rest, 8)?;
            }
            LENGTH_DELIMITED => {
                let length = take_varint(&mut rest)?;
                let bytes = take(&mut rest, usize::try_from(length).unwrap_or(usize::MAX))?;
                if key >> 3 == field {
                    found.push(bytes);
                }
            }
            FIXED32 => {
                take(&mut rest, 4)?;
            }
            other => return Err(format!("a protobuf field of the unknown wire type {other}")),
        }
    }
    Ok(found)
}

/// The text that `message` holds in `field`; empty when it holds none, as protobuf wants it.
///
/// # Errors
/// When the bytes are not a protobuf message, or the text is not UTF-8.
pub(super) fn text(message: &[u8], field: u64) -> Result<String, String> {
    let bytes = nested(message, field)?.last().copied().unwrap_or_default().to_vec();
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

fn take_varint(rest: &mut &[u8]) -> Result<u64, String> {
    let mut value = 0;
    for place in 0..10 {
        let byte = take(rest, 1)?[0];
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err("a protobuf number of more than ten bytes".to_owned())
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], String> {
    let (taken, left) = rest.split_at_checked(length).ok_or("a protobuf message that is cut short")?;
    *rest = left;
    Ok(taken)
}
