//! The inflated form of a block.

use crate::error::Error;
use crate::headers::{HeaderFault, Headers};
use crate::limits::Limits;

/// Writes headers in their inflated form.
pub(super) fn write(headers: &Headers, out: &mut Vec<u8>) {
    out.reserve(headers.block_size());
    write_length(headers.len(), out);
    for (name, value) in headers.iter() {
        for field in [name, value] {
            write_length(field.len(), out);
            out.extend_from_slice(field.as_bytes());
        }
    }
}

/// Reads headers from their inflated form.
///
/// # Errors
/// The outer error is for a block that makes no sense or breaks a limit: the connection is not usable any
/// more. The inner one is for a header that is not allowed: the connection can go on without this stream.
pub(super) fn read(block: &[u8], limits: &Limits) -> Result<Result<Headers, HeaderFault>, Error> {
    let mut rest = block;
    let count = read_length(&mut rest)?;
    if count > limits.headers {
        return Err(malformed("it has too many headers"));
    }
    let mut headers = Headers::new();
    let mut fault = None;
    for _ in 0..count {
        let name = read_field(&mut rest, limits)?;
        let value = read_field(&mut rest, limits)?;
        match (std::str::from_utf8(name), std::str::from_utf8(value)) {
            (Ok(name), Ok(value)) => headers.push(name.to_owned(), value.to_owned()),
            (Err(_), _) => fault = Some(HeaderFault::NameCharacter),
            (_, Err(_)) => fault = Some(HeaderFault::ValueNotText),
        }
    }
    if !rest.is_empty() {
        return Err(malformed("there are bytes after the last header"));
    }
    Ok(match fault {
        Some(fault) => Err(fault),
        None => headers.validate().map(|()| headers),
    })
}

fn write_length(length: usize, out: &mut Vec<u8>) {
    // No field comes near 4 GiB: `Limits::header_block` is checked before a block is written.
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
}

fn read_length(rest: &mut &[u8]) -> Result<usize, Error> {
    let (length, tail) = rest.split_first_chunk::<4>().ok_or(malformed("it ends within a length"))?;
    *rest = tail;
    // On a 16-bit machine a length might not fit; a limit rejects the stand-in.
    Ok(usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX))
}

fn read_field<'a>(rest: &mut &'a [u8], limits: &Limits) -> Result<&'a [u8], Error> {
    let length = read_length(rest)?;
    if length > limits.header_field {
        return Err(malformed("a name or value is too long"));
    }
    let (field, tail) = rest.split_at_checked(length).ok_or(malformed("it ends within a name or value"))?;
    *rest = tail;
    Ok(field)
}

const fn malformed(reason: &'static str) -> Error {
    Error::HeaderBlockMalformed { reason }
}
