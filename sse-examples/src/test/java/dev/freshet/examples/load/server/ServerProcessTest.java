package dev.freshet.examples.load.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.load.server.ServerProcess.Cpu;
import dev.freshet.examples.load.server.ServerProcess.Used;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ServerProcessTest {

    private static final long MILLIS = 1_000_000;

    @Test
    void whileAllThreadsLiveTheirExactTimeCounts() {
        Cpu then = new Cpu(100 * MILLIS, 100 * MILLIS, Map.of(1, 90 * MILLIS, 2, 105 * MILLIS));
        Cpu now = new Cpu(130 * MILLIS, 110 * MILLIS, Map.of(1, 91 * MILLIS, 2, 140 * MILLIS));

        assertThat(now.since(then)).isEqualTo(new Used(27 * MILLIS, 9 * MILLIS));
    }

    @Test
    void aThreadThatBeganMeanwhileCountsWhole() {
        Cpu then = new Cpu(0, 0, Map.of(1, 5 * MILLIS));
        Cpu now = new Cpu(0, 0, Map.of(1, 6 * MILLIS, 2, 3 * MILLIS));

        assertThat(now.since(then)).isEqualTo(new Used(4 * MILLIS, 0));
    }

    @Test
    void whereAThreadEndedTheTicksCountHoweverLittleItHadUsed() {
        Cpu then = new Cpu(200 * MILLIS, 100 * MILLIS, Map.of(1, 290 * MILLIS, 2, 10 * MILLIS));
        Cpu now = new Cpu(250 * MILLIS, 110 * MILLIS, Map.of(1, 345 * MILLIS));

        assertThat(now.since(then)).isEqualTo(new Used(50 * MILLIS, 10 * MILLIS));
    }

    @Test
    void whereAThreadEndedLessThanATickIsStillSeen() {
        Cpu then = new Cpu(200 * MILLIS, 100 * MILLIS, Map.of(1, 290 * MILLIS, 2, 10 * MILLIS));
        Cpu now = new Cpu(200 * MILLIS, 100 * MILLIS, Map.of(1, 297 * MILLIS));

        assertThat(now.since(then)).isEqualTo(new Used(7 * MILLIS, 0));
    }

    @Test
    void whereTheKernelTellsNothingOfThreadsTheTicksCount() {
        Cpu then = new Cpu(200 * MILLIS, 100 * MILLIS, Map.of());
        Cpu now = new Cpu(250 * MILLIS, 110 * MILLIS, Map.of());

        assertThat(now.since(then)).isEqualTo(new Used(50 * MILLIS, 10 * MILLIS));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachThreadOfAProcessIsSeenByItsNumber() {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        Cpu cpu = new ServerProcess(List.of(pid)).cpu();

        assertThat(cpu.user()).isPositive();
        assertThat(cpu.threads()).containsKey(pid).hasSizeGreaterThan(1);
    }
}
