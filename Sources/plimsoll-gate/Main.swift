import CAllocationCount

@main
enum Main {
    static func main() {
        print("allocations so far: \(allocation_count())")
    }
}
