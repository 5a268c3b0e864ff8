//! The image of a pod sandbox, made from nothing: one program that waits for ever.
//!
//! The archive is an OCI image layout (<https://github.com/opencontainers/image-spec>).

use serde_json::json;
use sha2::{Digest as _, Sha256};

/// Whether there is a program for this machine's processor.
pub(super) const FITS_THIS_MACHINE: bool = cfg!(target_arch = "x86_64");

/// The image as a tar file that containerd imports under `name`.
pub(super) fn archive(name: &str) -> Vec<u8> {
    let layer = tar(&[("pause", &program(), 0o755)]);
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": { "Entrypoint": ["/pause"] },
        "rootfs": { "type": "layers", "diff_ids": [digest(&layer)] },
    })
    .to_string();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", config.as_bytes()),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", &layer)],
    })
    .to_string();
    let mut listed = descriptor("application/vnd.oci.image.manifest.v1+json", manifest.as_bytes());
    listed["annotations"] = json!({ "io.containerd.image.name": name });
    let index = json!({ "schemaVersion": 2, "manifests": [listed] }).to_string();

    tar(&[
        ("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#, 0o644),
        ("index.json", index.as_bytes(), 0o644),
        (&blob_path(&layer), &layer, 0o644),
        (&blob_path(config.as_bytes()), config.as_bytes(), 0o644),
        (&blob_path(manifest.as_bytes()), manifest.as_bytes(), 0o644),
    ])
}

/// A static x86-64 ELF file: its header, one program header, and a loop around `pause(2)`.
fn program() -> Vec<u8> {
    /// Where the file is mapped.
    const BASE: u64 = 0x40_0000;
    /// ELF header and program header, one after the other.
    const HEADERS: u64 = 64 + 56;
    const CODE: [u8; 9] = [
        0xb8, 0x22, 0, 0, 0, // mov eax, SYS_pause
        0x0f, 0x05, // syscall
        0xeb, 0xf7, // jmp to the first instruction
    ];
    let size = HEADERS + CODE.len() as u64;
    let mut file = Vec::new();

    // 64-bit, little-endian, version 1; then an executable for x86-64.
    file.extend([0x7f, b'E', b'L', b'F', 2, 1, 1]);
    file.resize(16, 0);
    half_words(&mut file, &[2, 62]);
    words(&mut file, &[1]);
    // Entry point, program headers, no section headers, no flags.
    long_words(&mut file, &[BASE + HEADERS, 64, 0]);
    words(&mut file, &[0]);
    half_words(&mut file, &[64, 56, 1, 0, 0, 0]);

    // The whole file is loaded, readable and executable.
    words(&mut file, &[1, 4 | 1]);
    long_words(&mut file, &[0, BASE, BASE, size, size, 0x1000]);
    file.extend(CODE);
    file
}

fn half_words(file: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| file.extend(value.to_le_bytes()));
}

fn words(file: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| file.extend(value.to_le_bytes()));
}

fn long_words(file: &mut Vec<u8>, values: &[u64]) {
    values.iter().for_each(|value| file.extend(value.to_le_bytes()));
}

fn descriptor(media_type: &str, content: &[u8]) -> serde_json::Value {
    json!({ "mediaType": media_type, "digest": digest(content), "size": content.len() })
}

fn digest(content: &[u8]) -> String {
    format!("sha256:{}", hex(content))
}

fn blob_path(content: &[u8]) -> String {
    format!("blobs/sha256/{}", hex(content))
}

fn hex(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A tar file in the ustar format of files given as name, content and mode.
fn tar(files: &[(&str, &[u8], u32)]) -> Vec<u8> {
    const BLOCK: usize = 512;
    let mut archive = Vec::new();
    for (name, content, mode) in files {
        let mut head = [0_u8; BLOCK];
        let mut put = |at: usize, text: &str| head[at..at + text.len()].copy_from_slice(text.as_bytes());
        put(0, name);
        put(100, &format!("{mode:07o}"));
        put(108, "0000000"); // owner and group: root
        put(116, "0000000");
        put(124, &format!("{:011o}", content.len()));
        put(136, "00000000000"); // changed in 1970, so that the image is the same each time
        put(148, "        "); // the checksum is taken with spaces in its place
        put(156, "0"); // a plain file
        put(257, "ustar\x0000");
        let sum: u32 = head.iter().copied().map(u32::from).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());

        archive.extend(head);
        archive.extend(*content);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}
