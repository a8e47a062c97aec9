import ToolKit

extension TransferRecord {
    /// The record on one line, as `--json` prints it.
    ///
    /// Members are always the same but for the digests; what is not known is null.
    var json: String {
        var object = JSONObject()
        object.add("url", url)
        object.add("url_effective", effectiveURL)
        object.add("method", method)
        object.add("status", status == 0 ? nil : status)
        object.add("exit_status", exitStatus)
        object.add("error_class", failure?.rawValue)
        object.add("error", message)
        object.add("file", file)
        object.add("unchanged", isUnchanged)
        object.add("resumed_from", resumedFrom)
        object.add("content_type", self["Content-Type"])
        object.add("content_length", self["Content-Length"].flatMap { Int($0) })
        object.add("last_modified", self["Last-Modified"])
        object.add("etag", self["ETag"])
        addConnection(to: &object)
        object.add("size_download", sizeDownload)
        object.add("size_upload", sizeUpload)
        object.add("size_header", sizeHeader)
        object.add("size_request", sizeRequest)
        object.add("speed_download", speedDownload)
        object.add("redirects", redirects)
        object.add("connects", connects)
        object.add("retries", retries)
        object.add("segments", segments)
        object.add("time_namelookup", seconds: times.nameLookup)
        object.add("time_connect", seconds: times.connect)
        object.add("time_appconnect", seconds: times.appConnect)
        object.add("time_pretransfer", seconds: times.preTransfer)
        object.add("time_posttransfer", seconds: times.postTransfer)
        object.add("time_starttransfer", seconds: times.startTransfer)
        object.add("time_redirect", seconds: times.redirect)
        object.add("time_total", seconds: times.total)
        for digest in digests { object.add(digest.name, digest.hex) }
        object.add("checksum", check?.rawValue)
        parts?.add(to: &object)
        return object.line
    }

    private func addConnection(to object: inout JSONObject) {
        object.add("scheme", scheme)
        object.add("http_version", httpVersion)
        object.add("tls_version", tlsVersion)
        object.add("tls_cipher", tlsCipher)
        object.add("remote_ip", remote?.address)
        object.add("remote_port", remote?.port)
        object.add("local_ip", local?.address)
        object.add("local_port", local?.port)
        object.add("proxy", usesProxy)
    }
}
