package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is found in a folder that was not closed in good form, or was changed since. */
class FileRecoveryTest extends FileStoreFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    @Test
    void aKilledProcessLosesNothingAndNobodyIsReset() throws Exception {
        EventId first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        EventId floor = FolderFixture.floor(files.store());
        files.kill(false, FolderFixture.thisBoot());

        assertThat(FolderFixture.floor(files.store())).isEqualTo(floor);
        assertThat(FolderFixture.kept(files.store(), 1).get(0).id()).isEqualTo(first);
    }

    @Test
    void anEntryThatWasWrittenInPartIsCutOff() throws Exception {
        EventId first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        EventStoreContract.append(files.store(), EventStoreContract.event("a", "2"));
        for (int cut = 1; cut < 40; cut += 7) {
            files.kill(false, FolderFixture.thisBoot());
            Path file = files.segments().get(0);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - cut);
            }
            assertThat(FolderFixture.kept(files.store(), 1))
                    .extracting(Notes.Note::id)
                    .containsExactly(first);
            EventStoreContract.append(files.store(), EventStoreContract.event("a", "2"));
        }
    }

    @Test
    void afterACrashOfTheMachineTheHistoryBeginsAnew() throws Exception {
        EventId first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        files.kill(false, "another boot");

        EventId floor = FolderFixture.floor(files.store());
        assertThat(floor).isGreaterThan(first);
        assertThat((int) floor.sequence()).isNotEqualTo((int) first.sequence());
        EventId next = EventStoreContract.append(files.store(), EventStoreContract.event("a", "2"));
        assertThat(next).isGreaterThan(floor);
        assertThat(FolderFixture.kept(files.store(), 1).get(0).id()).isEqualTo(next);
        assertThat(log.text()).contains("every client is reset");
    }

    @Test
    void whereEachEntryWasForcedACrashLosesNothing() throws Exception {
        EventId first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        files.kill(true, "another");
        assertThat(FolderFixture.kept(files.store(), 1).get(0).id()).isEqualTo(first);
    }

    @Test
    void aDamagedEntryIsNoSilentGap() throws Exception {
        EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        EventStoreContract.append(files.store(), EventStoreContract.event("a", "2"));
        EventId third = EventStoreContract.append(files.store(), EventStoreContract.event("a", "3"));
        files.close();
        Path file = files.segments().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThat(FolderFixture.floor(files.store())).isGreaterThan(third);
        assertThat(log.text()).contains("may lack entries");
    }

    @Test
    void aFileOfAClosedStoreThatWasShortenedIsNoSilentGap() throws Exception {
        EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        EventId second = EventStoreContract.append(files.store(), EventStoreContract.event("a", "2"));
        files.close();
        Path file = files.segments().get(0);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 3));
        assertThat(FolderFixture.floor(files.store())).isGreaterThan(second);
    }

    @Test
    void aDamagedHeaderIsNoSilentGap() throws Exception {
        EventId first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        for (int at : new int[] {0, 8, 20, 25}) {
            files.close();
            Path file = files.segments().get(0);
            byte[] bytes = Files.readAllBytes(file);
            bytes[at] ^= (byte) 0x80;
            Files.write(file, bytes);
            EventId floor = FolderFixture.floor(files.store());
            assertThat(floor).isGreaterThanOrEqualTo(new EventId(first.millis(), 0));
            assertThat((int) floor.sequence()).isNotEqualTo((int) first.sequence());
            first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        }
    }

    @Test
    void zerosBehindTheLastEntryAreNoDamageWhereEachWasForced() throws Exception {
        EventId first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "1"));
        files.kill(true, "another");
        Path file = files.segments().get(0);
        Files.write(file, new byte[5000], StandardOpenOption.APPEND);
        assertThat(FolderFixture.kept(files.store(), 1).get(0).id()).isEqualTo(first);
        EventStoreContract.append(files.store(), EventStoreContract.event("a", "2"));
        assertThat(FolderFixture.kept(files.reopen(), 2).get(0).id()).isEqualTo(first);
    }
}
