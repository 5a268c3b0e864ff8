/** What the window says about whose word counts for the certificate of a cluster. */
export const authorityText = {
  label: "Certificate",
  system: "Trusted by the authorities of this computer",
  pem: "Trusted by the authority that you pasted",
  file: (path: string) => `Trusted by the authority in ${path}`,
  pinned: (fingerprint: string) => `Only this one is trusted: ${fingerprint}`,
  change: "Change",
  changeFor: "Change how the certificate is trusted",
  useSystem: "Use this computer’s authorities",
  title: "Who vouches for this server?",
  lead: "This is the certificate that the server shows now. Compare the fingerprint with what your administrator tells you.",
  notShown: "The server does not answer now, so its certificate cannot be shown.",
  formerAuthority: "Authority before",
  newAuthority: "Authority now",
  sameAuthority: "The same authority answers for it as before.",
};
