import TwineHTTP

extension WgetURL {
    /// What a text tells of the user.
    enum Credentials { case shown, passwordHidden, hidden }

    /// The URL as wget prints it, without its fragment.
    ///
    /// - Parameter credentials: `*password*` is for lines; attributes of files have neither.
    /// - Returns: The text, all ASCII.
    func text(_ credentials: Credentials = .passwordHidden) -> String {
        text(credentials: credentials, host: hostText)
    }

    /// What the request line asks for: path and query.
    var requestTarget: String { String(decoding: target, as: UTF8.self) }

    /// Scheme, host and port, as the attribute of a file's referrer has them.
    var originText: String {
        String(decoding: head(.hidden, host: hostText), as: UTF8.self)
    }

    /// What `Host` says: the port only where it is not the scheme's.
    var authority: String {
        String(decoding: Array(hostText) + portText, as: UTF8.self)
    }

    func text(credentials: Credentials, host: some Collection<UInt8>) -> String {
        String(decoding: head(credentials, host: host) + target, as: UTF8.self)
    }

    private func head(_ credentials: Credentials, host: some Collection<UInt8>) -> [UInt8] {
        var output = Array(scheme.rawValue.utf8)
        output += "://".utf8
        if let user, credentials != .hidden {
            // wget leaves a slash in a name, which would end the host where the URL is read again.
            output += URLOctets.escaped(user, reserved: credentials == .shown)
            if let password {
                output.append(UInt8(ascii: ":"))
                output +=
                    credentials == .shown
                    ? URLOctets.escaped(password, reserved: true) : Array("*password*".utf8)
            }
            output.append(UInt8(ascii: "@"))
        }
        output += host
        output += portText
        return output
    }

    private var portText: [UInt8] { hasPort ? Array(":\(port)".utf8) : [] }

    /// The host, escaped, an address that has colons in brackets.
    var hostText: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(host.count + 2)
        for octet in host {
            if URLOctets.isUnsafe(octet), octet != UInt8(ascii: ":") {
                URLOctets.appendEscape(of: octet, to: &output)
            } else {
                output.append(octet)
            }
        }
        guard host.contains(UInt8(ascii: ":")) else { return output }
        return [UInt8(ascii: "[")] + output + [UInt8(ascii: "]")]
    }

    private var target: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(path.count + 1)
        output.append(UInt8(ascii: "/"))
        output += path
        if let parameters { output += [UInt8(ascii: ";")] + parameters }
        if let query { output += [UInt8(ascii: "?")] + query }
        return output
    }
}
