import HTTPTypes
import TwineCore

extension HTTPExchange {
    /// The request that a response sends on to; nil if it is no redirect to follow.
    ///
    /// RFC 9110 §10.2.2, §15.4.
    func redirected(by head: HTTPResponse) throws(HTTPError) -> HTTPClient.Request? {
        let code = head.status.code
        guard [301, 302, 303, 307, 308].contains(code) else { return nil }
        let limit = request.maxRedirects ?? client.options.maxRedirects
        let locations = head.headerFields[values: .location]
        guard limit > 0, let location = locations.first else { return nil }
        guard redirects.count < limit else { throw .tooManyRedirects(limit: limit) }
        guard locations.allSatisfy({ $0 == location }),
            let url = WebURL(location, base: request.url),
            let target = try? HTTPOrigin(url)
        else { throw .invalidRedirect(location: location) }

        var next = request
        next.url = url
        next.authority = nil
        next.target = nil
        if url.fragment == nil, let fragment = request.url.fragment {
            _ = next.url.setFragment(fragment)
        }
        let becomesGet =
            code == 303 && request.method != .head
            || (code == 301 || code == 302) && request.method == .post
        if becomesGet {
            next.method = .get
            next.body = .none
            for name in [
                HTTPField.Name.contentType, .contentLength, .contentEncoding, .contentLanguage,
                .contentLocation, .transferEncoding, .expect,
            ] { next.fields[name] = nil }
        }
        if case .stream = next.body { throw .invalidRedirect(location: location) }
        if target != origin {
            for name in [HTTPField.Name.authorization, .cookie, .proxyAuthorization] {
                next.fields[name] = nil
            }
        }
        return next
    }

    /// Goes where the redirect leads.
    func follow() {
        guard phase == .waiting else { return }
        start()
    }

    /// The head as it is sent.
    func requestHead() -> HTTPRequest {
        var fields = request.fields
        for field in client.defaultFields where !fields.contains(field.name) {
            fields.append(field)
        }
        if request.url.hasCredentials, !fields.contains(.authorization) {
            let user = PercentEncoding.decode(request.url.userName)
            let password = PercentEncoding.decode(request.url.password)
            fields[.authorization] = "Basic " + Base64.encode(Array((user + ":" + password).utf8))
        }
        let target = request.target ?? request.url.requestTarget
        if let forwarder {
            if let answer = forwarder.basicAuthorization, !fields.contains(.proxyAuthorization) {
                fields[.proxyAuthorization] = answer
            }
            // What the target names counts to a proxy, whatever Host says.
            return HTTPRequest(
                method: request.method, scheme: request.url.scheme,
                authority: request.url.hostAndPort, path: target,
                headerFields: fields)
        }
        return HTTPRequest(
            method: request.method, scheme: nil,
            authority: request.authority ?? request.url.hostAndPort,
            path: target, headerFields: fields)
    }
}
