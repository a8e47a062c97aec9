import TwineBytes
import TwineHTTP

extension WgetURL {
    /// What a text tells of the user.
    enum Credentials { case shown, passwordHidden, hidden }

    /// The URL as wget prints it, without its fragment.
    ///
    /// - Parameter credentials: `*password*` is for lines; attributes of files have neither.
    /// - Returns: The text, all ASCII.
    func text(_ credentials: Credentials = .passwordHidden) -> String {
        String(decoding: octets(credentials), as: UTF8.self)
    }

    /// The octets of ``text(_:)``.
    func octets(_ credentials: Credentials) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(host.count + path.count + (query?.count ?? 0) + 32)
        appendHead(credentials, to: &output)
        appendTarget(to: &output)
        return output
    }

    /// What the request line asks for: path and query.
    var requestTarget: String {
        var output: [UInt8] = []
        output.reserveCapacity(path.count + 1)
        appendTarget(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Scheme, host and port, as the attribute of a file's referrer has them.
    var originText: String {
        var output: [UInt8] = []
        appendHead(.hidden, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// What `Host` says: the port only where it is not the scheme's.
    var authority: String {
        let host = String(decoding: hostText, as: UTF8.self)
        return hasPort ? host + ":" + String(port) : host
    }

    /// Appends what stands before the path.
    func appendHead(_ credentials: Credentials, to output: inout [UInt8]) {
        output += scheme.lead
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
        output += hostText
        guard hasPort else { return }
        output.append(UInt8(ascii: ":"))
        output.append(decimal: port)
    }

    /// The host, escaped, an address that has colons in brackets.
    var hostText: [UInt8] {
        guard host.contains(where: URLOctets.isUnsafe) else { return host }
        var output: [UInt8] = []
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

    private func appendTarget(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "/"))
        output += path
        if let parameters { output += [UInt8(ascii: ";")] + parameters }
        if let query { output += [UInt8(ascii: "?")] + query }
    }
}
