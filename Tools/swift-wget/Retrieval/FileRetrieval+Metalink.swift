import HTTPTypes
import TwineHTML
import TwineHTTP

// Replies that tell of mirrors.
extension FileRetrieval {
    /// Looks what a reply tells of mirrors; the rest of it is not wanted.
    func lookForMirrors(
        _ response: HTTPClient.Response, _ reply: ReplyHead
    ) async -> AttemptEnd {
        await drop(response)
        if path.isEmpty {
            let disposition = reply.fields[.contentDisposition].map { ContentDisposition($0) }
            path = name(calledByServer: disposition?.wgetFileName.map { Octets($0) })
        }
        // With -O, which is ignored then, the path is that of the document.
        let name = settings.download.outputDocument == nil ? path : name()
        var file = MirroredFile(
            name: name, HTTPMetalink(reply.fields, from: response.url),
            preferring: settings.metalink.preferredLocation)
        if let type = reply.mediaType, Metalink.mediaTypes.contains(type.lowercased()) {
            // The URL is that of a document itself.
            file.descriptions.insert(MirroredFile.Description(url: Octets(url.text(.shown))), at: 0)
        }
        // Documents count only where one of them is asked for.
        let isUseful =
            !file.mirrors.isEmpty || settings.metalink.index != nil && !file.descriptions.isEmpty
        guard isUseful, reply.isSuccess || reply.isRedirect else { return .metalink(nil) }
        // The place that names the others has the file as well.
        if !file.mirrors.isEmpty { file.mirrors.append(Octets(url.text(.shown))) }
        return .metalink(file)
    }
}
