//! Held to recordings of a real cluster: what kubectl and oc really sent is sent again, and the answers have to be those
//! that a real API server, kubelet and containerd gave.

mod answers;
mod channels;
mod recording;
mod replay;
mod traffic;
