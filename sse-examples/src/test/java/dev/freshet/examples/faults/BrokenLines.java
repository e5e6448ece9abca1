package dev.freshet.examples.faults;

import java.util.List;

/** The lines of the library that are broken on purpose, and the row and the column of the fault suite that show each. */
final class BrokenLines {
    private static final String LOG = "sse-core/src/main/java/dev/freshet/log/";
    private static final String NETTY = "sse-netty/src/main/java/dev/freshet/netty/";

    static final List<BrokenLine> ALL = List.of(
            new BrokenLine(
                    "a client that resumes starts one event later",
                    LOG + "TopicCursor.java",
                    "return new TopicCursor(owner, log, position, segment, index);",
                    "return new TopicCursor(owner, log, position, segment, index + 1);",
                    ProcessFault.CUTS,
                    BrokenColumn.LOST),
            new BrokenLine(
                    "an event has the id of the event before it",
                    LOG + "LogWriter.java",
                    "int endingLength = entry.ownId() == null ? writeEnding(id) : 0;",
                    "int endingLength = entry.ownId() == null ? writeEnding(state.latest()) : 0;",
                    ProcessFault.CUTS,
                    BrokenColumn.DOUBLED),
            new BrokenLine(
                    "topics are not merged in one order",
                    LOG + "MergedCursor.java",
                    "int to = segment.firstAfter(firstMemory, first.index, last, boundMillis, boundSequence);",
                    "int to = last;",
                    ProcessFault.CUTS,
                    BrokenColumn.OUT_OF_ORDER),
            new BrokenLine(
                    "a publish wakes nobody a second time",
                    NETTY + "HubFanout.java",
                    "AWAKE.getAndSet(this, 0);",
                    "",
                    ProcessFault.CUTS,
                    BrokenColumn.NOT_AT_END),
            new BrokenLine(
                    "of the lines of data the encoder writes the first",
                    "sse-core/src/main/java/dev/freshet/codec/EventEncoder.java",
                    "lines.add(DATA, data);",
                    "lines.add(DATA, data.lines().findFirst().orElse(data));",
                    ProcessFault.CUTS,
                    BrokenColumn.ALTERED),
            new BrokenLine(
                    "who resumes at an evicted position is not told",
                    LOG + "Resume.java",
                    "return gone ? Reset.Reason.EVICTED : null;",
                    "return null;",
                    ProcessFault.ABSENT,
                    BrokenColumn.LOST),
            new BrokenLine(
                    "who has lagged out is not told",
                    LOG + "TopicCursor.java",
                    "if (log.isResumable()) {",
                    "if (false) {",
                    ProcessFault.STUCK,
                    BrokenColumn.LOST),
            new BrokenLine(
                    "a reset is not written",
                    NETTY + "HubOpeningLines.java",
                    "if (start.reset() != null) {",
                    "if (false) {",
                    ProcessFault.KILLED_IN_MEMORY,
                    BrokenColumn.NO_RESET),
            new BrokenLine(
                    "a file is not written to before the acknowledgement",
                    "sse-core/src/main/java/dev/freshet/store/FileWriter.java",
                    "folder.written().write(all.flip(), last, now);",
                    "",
                    ProcessFault.KILLED_WITH_FILES,
                    BrokenColumn.LOST),
            new BrokenLine(
                    "a file is written from its beginning after a restart",
                    "sse-core/src/main/java/dev/freshet/store/SegmentFile.java",
                    "length = scan.length;",
                    "length = HEADER_BYTES;",
                    ProcessFault.KILLED_WITH_FILES,
                    BrokenColumn.LOST),
            new BrokenLine(
                    "a node does not wait for what a client has seen on another one",
                    "sse-core/src/main/java/dev/freshet/hub/StoreWriter.java",
                    "return !store.isShared() || position.compareTo(log.latest()) <= 0",
                    "return true",
                    ProcessFault.BEHIND_ON_REDIS,
                    BrokenColumn.RESET),
            new BrokenLine(
                    "Redis appends a batch again that is sent again",
                    "sse-netty/src/main/resources/dev/freshet/netty/redis/append.lua",
                    "if last and last >= number then",
                    "if false then",
                    ProcessFault.CUT_FROM_REDIS,
                    BrokenColumn.DOUBLED));

    private BrokenLines() {}
}
