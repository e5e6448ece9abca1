package dev.freshet.hub;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.MemoryInUse;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import java.util.List;
import java.util.stream.IntStream;

/** Prints what one topic costs in memory, of 100,000. A program, not a bench. */
public final class MemoryOfTopics {
    private static final int TOPICS = 100_000;
    private static final SseEvent EVENT = SseEvent.of("hello");

    private MemoryOfTopics() {}

    /** Runs it; needs no arguments. */
    public static void main(String[] args) throws InterruptedException {
        List<String> names =
                IntStream.range(0, TOPICS).mapToObj(i -> "topic-" + i).toList();
        followed(names);
        notFollowed(names);
    }

    private static void followed(List<String> names) throws InterruptedException {
        try (SseHub hub = SseHub.create()) {
            MemoryInUse before = MemoryInUse.now();
            List<Start> starts = names.stream()
                    .map(name -> hub.open(List.of(name), StartRequest.latest()))
                    .toList();
            System.out.println(before.sincePerEach("an empty topic and the cursor that follows it", TOPICS));
            before = MemoryInUse.now();
            names.forEach(name -> hub.publish(name, EVENT));
            System.out.println(before.sincePerEach("the first small event in it", TOPICS));
            starts.forEach(start -> start.cursor().close());
        }
    }

    private static void notFollowed(List<String> names) throws InterruptedException {
        try (SseHub hub = SseHub.create()) {
            MemoryInUse before = MemoryInUse.now();
            names.forEach(name -> hub.publish(name, EVENT));
            System.out.println(before.sincePerEach("a topic with one small event, not followed", TOPICS));
        }
    }
}
