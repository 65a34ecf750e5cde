import PlimsollConfig
import PlimsollCore

/// Orders the routes of each group of hosts by how specific their paths are: an exact path first,
/// then prefixes from the longest to the shortest.
///
/// A prefix takes whole segments: `/pay` takes `/pay` and `/pay/1` but not `/payments`; `/pay/`
/// takes `/pay/` and what lies below, but not `/pay`.
///
/// Every path is a node in one sorted table a group. The greatest node not beyond a path is found
/// by halving; all longer prefixes of the path that are nodes lie on its chain of parents.
struct PathMatcher: Sendable {
    private struct Node: BitwiseCopyable {
        /// The first eight bytes as a number that sorts as they do.
        var key: UInt64
        var text: ByteRange
        /// The longest other node that this one begins with, or -1.
        var parent: Int32 = -1
        /// Places in `routes`.
        var exact: ByteRange = .empty
        var prefix: ByteRange = .empty
    }

    private var nodes: [Node] = []
    private var text: [UInt8] = []
    private var routes: [RouteIndex] = []

    /// Adds the paths of one group.
    /// - Parameter paths: those of one path in the order in which they are to be asked.
    /// - Returns: the group's place in the table.
    mutating func add(_ paths: [(pattern: PathPattern, route: RouteIndex)]) -> Range<Int> {
        var byPath: [[UInt8]: (exact: [RouteIndex], prefix: [RouteIndex])] = [:]
        for (pattern, route) in paths {
            switch pattern {
            case .exact(let path): byPath[Array(path.utf8), default: ([], [])].exact.append(route)
            case .prefix(let path):
                byPath[Array(path.utf8), default: ([], [])].prefix.append(route)
            }
        }
        let first = nodes.count
        for path in byPath.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let entry = byPath[path] ?? ([], [])
            var node = Node(
                key: PathMatcher.key(path.span),
                text: ByteRange(from: text.count, to: text.count + path.count))
            text += path
            node.exact = append(entry.exact)
            node.prefix = append(entry.prefix)
            // What comes before in order and is a prefix is on the chain of the last node.
            var parent = nodes.count > first ? Int32(nodes.count - 1) : -1
            while parent >= 0, !path.starts(with: text[nodes[Int(parent)].text.indices]) {
                parent = nodes[Int(parent)].parent
            }
            node.parent = parent
            nodes.append(node)
        }
        return first..<nodes.count
    }

    private mutating func append(_ indices: [RouteIndex]) -> ByteRange {
        let start = routes.count
        routes += indices
        return ByteRange(from: start, to: routes.count)
    }

    /// The first route of a group, in the order of how specific it is, that takes the path and
    /// that `accepts` takes as well.
    @inline(__always)
    func match(
        _ path: Span<UInt8>, in group: Range<Int>, accepts: (RouteIndex) -> Bool
    ) -> RouteIndex? {
        var position = floor(of: path, in: group)
        while position >= 0 {
            let node = nodes[position]
            if isPrefix(node, of: path) {
                if Int(node.text.count) == path.count {
                    for place in node.exact.indices where accepts(routes[place]) {
                        return routes[place]
                    }
                }
                if endsAtSegment(node, of: path) {
                    for place in node.prefix.indices where accepts(routes[place]) {
                        return routes[place]
                    }
                }
            }
            position = Int(node.parent)
        }
        return nil
    }

    /// The greatest node that does not come after the path, or -1.
    @inline(__always)
    private func floor(of path: Span<UInt8>, in group: Range<Int>) -> Int {
        let key = PathMatcher.key(path)
        var low = group.lowerBound
        var high = group.upperBound
        while low < high {
            let middle = (low &+ high) &>> 1
            let other = nodes[middle].key
            if other < key || (other == key && !isAfter(nodes[middle], path)) {
                low = middle &+ 1
            } else {
                high = middle
            }
        }
        return low > group.lowerBound ? low &- 1 : -1
    }

    /// Whether a node with the same first eight bytes comes after the path.
    private func isAfter(_ node: Node, _ path: Span<UInt8>) -> Bool {
        let count = min(Int(node.text.count), path.count)
        var position = 8
        while position < count {
            let ours = text[Int(node.text.start) &+ position]
            if ours != path[position] { return ours > path[position] }
            position &+= 1
        }
        return Int(node.text.count) > path.count
    }

    @inline(__always)
    private func isPrefix(_ node: Node, of path: Span<UInt8>) -> Bool {
        let count = Int(node.text.count)
        guard count <= path.count else { return false }
        let start = Int(node.text.start)
        for position in 0..<count where text[start &+ position] != path[position] {
            return false
        }
        return true
    }

    @inline(__always)
    private func endsAtSegment(_ node: Node, of path: Span<UInt8>) -> Bool {
        let count = Int(node.text.count)
        return count == path.count || path[count] == 0x2F || path[count &- 1] == 0x2F
    }

    /// Up to eight bytes, the first one highest. No path has a NUL, so shorter ones sort first.
    @inline(__always)
    private static func key(_ path: Span<UInt8>) -> UInt64 {
        if path.count >= 8 {
            return path.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).bigEndian }
        }
        var key: UInt64 = 0
        for position in 0..<path.count {
            key |= UInt64(path[position]) &<< UInt64(56 &- position &* 8)
        }
        return key
    }
}
