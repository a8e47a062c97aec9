/// Commands about HTTPS.
extension Command {
    static let tls: [Command] = [
        secureProtocol,
        flag("https-only", nil, "follow only links of HTTPS") { $0.tls.httpsOnly = $1 },
        row("check-certificate", nil, .flag) { draft, value throws(Stop) in
            switch OptionValue.boolean(value) {
            case true?: draft.tls.check = .on
            case false?: draft.tls.check = .off
            case nil where value.isSame(as: "quiet"): draft.tls.check = .quiet
            case nil:
                throw .invalid("Invalid \(draft.quote(value)); use `on', `off' or `quiet'.")
            }
        }.no("don't check the server's certificate"),
        file("certificate", nil, "FILE", "the client's certificate") { $0.tls.certificate = $1 },
        choice("certificate-type", "TYPE", fileTypes, "the form of that: PEM or DER") {
            $0.tls.certificateType = $1 == 0 ? .pem : .der
        },
        file("private-key", nil, "FILE", "the client's private key") { $0.tls.privateKey = $1 },
        choice("private-key-type", "TYPE", fileTypes, "the form of that: PEM or DER") {
            $0.tls.privateKeyType = $1 == 0 ? .pem : .der
        },
        file("ca-certificate", nil, "FILE", "certificates of authorities to trust") {
            $0.tls.caCertificate = $1
        },
        directory("ca-directory", nil, "DIR", "folder of such, by the hashes of names") {
            $0.tls.caDirectory = $1
        },
        row("crl-file", nil, .required, "FILE", "lists of certificates that were revoked") {
            draft, value throws(Stop) in
            guard draft.tls.crlFile == nil else {
                throw .misused("must only be used once")
            }
            draft.tls.crlFile = value
        }.with { $0.values = .file },
        octets(
            "pinnedpubkey", nil, "FILE/HASHES",
            "the server's public key: a file (PEM or DER),\nor its SHA-256 in base 64 after "
                + "'sha256//';\nseveral with ';' between them"
        ) { $0.tls.pinnedPublicKey = $1 }.with { $0.values = .file },
        file("random-file", nil, "FILE", "seed random numbers with what is in FILE") {
            $0.tls.randomFile = $1
        },
        text(
            "ciphers", nil, "STR",
            "the ciphers, as OpenSSL lists them; it goes\nbefore --secure-protocol"
        ) { $0.tls.ciphers = $1 },
        file("egd-file", nil, "FILE") { _, _ in }
            .withoutEffect("the kernel seeds random numbers, and OpenSSL 3 reads no such socket"),
    ]

    static let hsts: [Command] = [
        flag("hsts", nil) { $0.http.usesHSTS = $1 }.no("don't heed or keep HSTS"),
        file("hsts-file", nil, "FILE", "keep HSTS in FILE, instead of ~/.wget-hsts") {
            $0.http.hstsFile = $1
        },
    ]

    private static let secureProtocol: Command = {
        let known = choice(
            "secure-protocol", "PR", ["auto", "TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3", "PFS"],
            "use this version: auto, TLSv1, TLSv1_1,\nTLSv1_2, TLSv1_3 or PFS"
        ) { $0.tls.secureProtocol = [.auto, .tls10, .tls11, .tls12, .tls13, .pfs][$1] }
        return known.with {
            $0.set = { draft, value throws(Stop) in
                if value.isSame(as: "SSLv2") || value.isSame(as: "SSLv3") {
                    throw .invalid("\(draft.quote(value)) is broken, and not supported any more.")
                }
                try known.set(&draft, value)
            }
        }
    }()

    private static let fileTypes = ["PEM", "DER", "ASN1"]
}
