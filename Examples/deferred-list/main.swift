// All pages at once; when the last one is there, or has failed, the reactor stops.
import Twine

Reactor.callFromThread {
    let titles = CommandLine.arguments.dropFirst().map { url in
        getPage(url).addCallback { page in
            print(title(of: page) ?? "no title", url, separator: "\t")
        }
    }
    DeferredList(titles, consumeErrors: true).addCallback { _ in Reactor.stop() }
}
Reactor.run()
