import PlimsollCore
import PlimsollPolicy

/// The values of a route's priority field and the classes that they mean.
struct PriorityWords: Sendable {
    private let words: [(bytes: [UInt8], priority: Priority)]

    /// - Parameter map: values and classes; the classes' own names when it is empty. Case matters
    ///   in neither.
    init(_ map: [(value: String, priority: Priority)]) {
        let map =
            map.isEmpty ? Priority.allCases.map { (value: "\($0.label)", priority: $0) } : map
        words = map.map { (bytes: Array($0.value.utf8.map(ASCII.lowered)), priority: $0.priority) }
    }

    /// nil for a value that means nothing here.
    func priority(of value: Span<UInt8>) -> Priority? {
        for word in words where word.bytes.count == value.count {
            var position = 0
            while position < value.count, ASCII.lowered(value[position]) == word.bytes[position] {
                position += 1
            }
            if position == value.count { return word.priority }
        }
        return nil
    }
}
