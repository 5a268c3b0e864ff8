import type { SignIn, SignInMethod } from "../backend/types";

const LOGIN_LINE = /^\s*(oc|kubectl)\s+\S/;

/** What a person types to sign in. Secrets are here only while the fields are open: {@link clear} ends that. */
export class SignInForm {
  #method: SignInMethod = $state("token");
  /** Whether the person chose it. */
  #chosen = false;
  user = $state("");
  token = $state("");
  password = $state("");
  certificate = $state("");
  key = $state("");

  /** Whether everything that the method needs is there. */
  readonly complete = $derived.by(() => {
    switch (this.method) {
      case "token":
        return this.token.trim() !== "";
      case "password":
        return this.user.trim() !== "" && this.password !== "";
      case "browser":
        return true;
      case "certificate":
        return this.certificate.trim() !== "" && this.key.trim() !== "";
    }
  });

  get method(): SignInMethod {
    return this.#method;
  }
  set method(method: SignInMethod) {
    this.#method = method;
    this.#chosen = true;
  }

  /** For the engine. */
  signIn(): SignIn {
    switch (this.method) {
      case "token":
        return LOGIN_LINE.test(this.token)
          ? { method: "pasted", text: this.token }
          : { method: "token", token: this.token.trim() };
      case "password":
        return { method: "password", user: this.user.trim(), password: this.password };
      case "browser":
        return { method: "browser" };
      case "certificate":
        return { method: "certificate", certificate: this.certificate.trim(), key: this.key.trim() };
    }
  }

  /** Keeps to the methods that the server takes: the likeliest, unless the person chose another of them. */
  offer(methods: readonly SignInMethod[]): void {
    const [first] = methods;
    if (first !== undefined && (!this.#chosen || !methods.includes(this.#method))) this.#method = first;
  }

  /** Lets go of everything secret. */
  clear(): void {
    this.token = "";
    this.password = "";
    this.certificate = "";
    this.key = "";
  }
}
