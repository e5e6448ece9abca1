package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.NodeProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read nothing, or hardly anything, beside healthy ones. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class SlowReadersTest {
    private static final List<String> SMALL_HEAP = List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError");
    private static final long MORE_THAN_SOCKETS_TAKE = 2 << 20;

    @Test
    void healthyClientsGetAllBesideThoseThatDoNotReadAndOnesThatTrickle() throws Exception {
        CountDownLatch until = new CountDownLatch(1);
        FaultSetting setting = large("healthy beside stuck and trickling, 64 MiB heap")
                .events(FaultLengths.EVENTS / 2)
                .ahead(200); // 2 MB
        try (NodeProcess node = NodeProcess.start(SMALL_HEAP, "relay");
                FaultRun run = new FaultRun(setting, node::port, node::port)) {
            List<FaultClient> stuck = run.follow(FaultLengths.SLOW, node::port, Pace.stuck(until));
            List<FaultClient> trickling = run.follow(FaultLengths.SLOW, node::port, Pace.trickling(until));
            run.happened(2 * FaultLengths.SLOW);
            run.await("the events", () -> !run.goesOn(1) && retentionIsExceeded(run));
            run.endPublishing();
            assertThat(stuck)
                    .allSatisfy(client -> assertThat(client.check().received()).isZero());
            assertThat(trickling)
                    .allSatisfy(client -> assertThat(client.check().received()).isLessThan(run.events()));
            until.countDown();
            FaultRow healthy = FaultTable.add(run.end());
            FaultRow stuckRow =
                    FaultTable.add(run.row("stuck, read on in the end", stuck).times(stuck.size()));
            FaultRow tricklingRow = FaultTable.add(
                    run.row("trickling, read on in the end", trickling).times(trickling.size()));
            healthy.assertWhole(Resets.NONE);
            stuckRow.assertWhole(Resets.SOME); // they are told what they missed
            tricklingRow.assertWhole();
            assertThat(node.process().isAlive()).isTrue();
        }
    }

    private static FaultSetting large(String fault) {
        return new FaultSetting(fault).topics(FaultSetting.LARGE);
    }

    /** More than an eighth of the heap. */
    private static boolean retentionIsExceeded(FaultRun run) {
        return run.publishedBytes() > 10 << 20;
    }

    @Test
    void aShutdownEndsBesideStuckClientsAndHealthyOnesGetAll(@TempDir Path folder) throws Exception {
        CountDownLatch until = new CountDownLatch(1);
        FaultSetting setting = large("shutdown with stuck clients").events(FaultLengths.EVENTS / 4);
        List<FaultClient> stuck = new ArrayList<>();
        long most = 0;
        try (NodeProcess node = NodeProcess.start("relay", "--store", folder.toString());
                FaultRun run = new FaultRun(setting, node::port, node::port)) {
            for (int i = 1; i <= FaultLengths.RESTARTS; i++) {
                run.await("more than sockets take", () -> run.publishedBytes() > MORE_THAN_SOCKETS_TAKE);
                List<FaultClient> more = run.follow(FaultLengths.SLOW, node::port, Pace.stuck(until));
                run.await("their streams", () -> more.stream().allMatch(FaultClient::isOpen));
                stuck.addAll(more);
                run.awaitProgress(10);
                boolean isLast = i == FaultLengths.RESTARTS;
                if (isLast) {
                    run.publishEnd();
                }
                long begin = System.nanoTime();
                node.end(NodeProcess.End.SIGTERM);
                most = Math.max(most, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                run.happened();
                if (!isLast) {
                    node.start();
                }
            }
            run.awaitEnd(run.clients(), FaultLengths.PATIENCE); // from what was sent before the relay ended
            until.countDown();
            run.await(
                    "the ends of those that did not read", () -> stuck.stream().noneMatch(FaultClient::isOpen));
            FaultTable.add(run.row(setting.fault() + ", ended in at most " + most + " ms", run.clients()))
                    .assertWhole(Resets.NONE);
            assertThat(stuck).as("those that had not been sent all").noneMatch(client -> client.check()
                    .isAtEnd());
        }
    }
}
