//! Programs that are not ours at the other end: clients of the demo cluster, and a container runtime behind it.

#[cfg(target_os = "linux")]
mod containerd;
mod kubectl;
