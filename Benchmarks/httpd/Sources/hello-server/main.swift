// A tree of resources with one page: hello-server PORT.
import Twine

react { arguments in
    let root = Resource()
    root.putChild("hello", StaticResource.text("hello, world\n"))
    let port = arguments.first.flatMap { UInt16($0) } ?? 8080
    _ = try await Site(root).listen(at: TCPServerEndpoint.loopback(port: port)).value
    try await Deferred<Void>().value
}
