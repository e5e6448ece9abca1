package dev.freshet.examples.faults;

import dev.freshet.examples.NodeProcess.End;

/** A fault, and what its row is to show. */
enum ProcessFault {
    CUTS(RelayFaults::cuts, Resets.NONE),
    STUCK(RelayFaults::stuck, Resets.SOME),
    ABSENT(RelayFaults::absent, Resets.SOME),
    KILLED_WITH_FILES(relays -> RelayFaults.restartsWithFiles(relays, End.SIGKILL), Resets.NONE),
    KILLED_IN_MEMORY(relays -> RelayFaults.restartsInMemory(relays, End.SIGKILL), Resets.SOME),
    KILLED_ON_REDIS(relays -> RelayFaults.restartsOnRedis(relays, End.SIGKILL), Resets.NONE),
    ROLLING_ON_REDIS(relays -> RelayFaults.restartsOnRedis(relays, End.SIGTERM), Resets.NONE),
    BEHIND_ON_REDIS(RelayFaults::behind, Resets.NONE),
    CUT_FROM_REDIS(StoreFaults::cutsToRedis, Resets.NONE),
    REDIS_KILLED(StoreFaults::redisKilled, Resets.NONE),
    REDIS_FROZEN(StoreFaults::redisFrozen, Resets.NONE),
    FILES_FULL(StoreFaults::filesFull, Resets.NONE),
    RELAY_FROZEN(HostFaults::relayFrozen, Resets.NONE),
    PACKETS_DROPPED(HostFaults::packetsDropped, Resets.NONE),
    PEERS_FROZEN(HostFaults::peersFrozen, Resets.SOME),
    OUT_OF_DESCRIPTORS_NIO(relays -> HostFaults.outOfDescriptors(relays, "nio"), Resets.NONE),
    OUT_OF_DESCRIPTORS_EPOLL(relays -> HostFaults.outOfDescriptors(relays, "epoll"), Resets.NONE),
    OUT_OF_DESCRIPTORS_IO_URING(relays -> HostFaults.outOfDescriptors(relays, "io_uring"), Resets.NONE),
    CLOCKS(ClockFaults::backAndAhead, Resets.NONE),
    USER_CODE(UserCodeFaults::all, Resets.NONE);

    private interface Run {
        FaultRow of(Relays relays) throws Exception;
    }

    @SuppressWarnings("ImmutableEnumChecker") // a method
    private final Run run;

    private final Resets resets;

    ProcessFault(Run run, Resets resets) {
        this.run = run;
        this.resets = resets;
    }

    FaultRow run(Relays relays) throws Exception {
        return run.of(relays);
    }

    /** Asserts that the row is whole, and has resets only where something is lost. */
    void check(FaultRow row) {
        row.assertWhole(resets);
    }
}
