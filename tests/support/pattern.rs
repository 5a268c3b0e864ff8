//! Bytes that show by their SHA-256 when one is lost, doubled or out of place.

use std::io;

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// How much is made, written and hashed at a time.
const BLOCK: usize = 64 * 1024;

/// The SHA-256 of what was sent or received, in hexadecimal digits.
pub type Fingerprint = String;

/// Writes `length` bytes and returns their fingerprint. Each `seed` stands for other bytes.
pub async fn write(out: &mut (impl AsyncWrite + Unpin), seed: u64, length: u64) -> io::Result<Fingerprint> {
    let mut hash = Sha256::new();
    let mut block = noise(seed);
    let mut left = length;
    while left > 0 {
        // No two blocks are alike, so that a block in the wrong place shows.
        block[..8].copy_from_slice(&left.to_be_bytes());
        let part = &block[..BLOCK.min(usize::try_from(left).unwrap_or(usize::MAX))];
        out.write_all(part).await?;
        hash.update(part);
        left -= part.len() as u64;
    }
    out.flush().await?;
    Ok(fingerprint(hash))
}

/// Reads `length` bytes and returns their fingerprint.
pub async fn read(input: &mut (impl AsyncRead + Unpin), length: u64) -> io::Result<Fingerprint> {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut input = input.take(length);
    let mut left = length;
    while left > 0 {
        let got = input.read(&mut block).await?;
        if got == 0 {
            return Err(io::Error::other(format!("the end, {left} of {length} bytes early")));
        }
        hash.update(&block[..got]);
        left -= got as u64;
    }
    Ok(fingerprint(hash))
}

fn fingerprint(hash: Sha256) -> Fingerprint {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes without a pattern that compression could use, by xorshift64.
fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut block = Vec::with_capacity(BLOCK);
    while block.len() < BLOCK {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        block.extend(state.to_le_bytes());
    }
    block
}
