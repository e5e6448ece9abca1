package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShutdownMarkerTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private static void assertCertain(boolean isCertain, ShutdownMarker marker, String found, boolean isTorn) {
        assertThat(marker.isCertain(found, isTorn)).as("%s %s", marker, found).isEqualTo(isCertain);
    }

    @Test
    void afterACloseOnlyTheEndThatItNotedIsCertain() {
        ShutdownMarker closed = ShutdownMarker.closed("1-2@3");
        assertCertain(true, closed, "1-2@3", false);
        assertCertain(false, closed, "1-2@3", true);
        assertCertain(false, closed, "1-2@4", false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutACloseWhatWasForcedIsCertainAndWhatTheSameBootHas() throws Exception {
        assertCertain(true, new ShutdownMarker("", true, "another"), "1-2@3", true);
        assertCertain(true, new ShutdownMarker("", false, FolderFixture.thisBoot()), "1-2@3", true);
        assertCertain(false, new ShutdownMarker("", false, "another"), "1-2@3", false);
        assertCertain(false, new ShutdownMarker("", false, ""), "1-2@3", false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void afterAForceThatFailedOnlyWhatTheSameBootHasIsCertain() throws Exception {
        ShutdownMarker doubt = ShutdownMarker.inDoubt();
        assertThat(doubt.isInDoubt()).isTrue();
        assertThat(ShutdownMarker.open(false).isInDoubt()).isFalse();
        assertCertain(true, doubt, "1-2@3", true);
        assertCertain(false, new ShutdownMarker(doubt.end(), false, "another"), "1-2@3", false);
    }

    @Test
    void aStateOfFilesThatAreBeingSetAsideIsNeverCertain() {
        ShutdownMarker aside = ShutdownMarker.settingAside();
        assertThat(aside.isSettingAside()).isTrue();
        assertThat(ShutdownMarker.open(true).isSettingAside()).isFalse();
        assertCertain(false, aside, "1-2@3", false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aStateIsReadAsItWasWritten() throws Exception {
        for (ShutdownMarker marker : new ShutdownMarker[] {
            ShutdownMarker.open(true),
            ShutdownMarker.open(false),
            ShutdownMarker.closed("1-2@3"),
            ShutdownMarker.inDoubt()
        }) {
            assertThat(marker.boot()).isEqualTo(FolderFixture.thisBoot());
            marker.write(folder);
            assertThat(ShutdownMarker.read(folder)).isEqualTo(marker);
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void whatAnEarlierWriteHasLeftIsNoPartOfTheState() throws Exception {
        Files.writeString(folder.resolve("state.next"), "x".repeat(500));
        ShutdownMarker.settingAside().write(folder);
        assertThat(folder.resolve("state")).hasContent("end=aside\nforced=false\nboot=\n");
    }

    @Test
    void aFolderWithoutAStateIsNew() throws Exception {
        assertThat(ShutdownMarker.read(folder)).isEqualTo(new ShutdownMarker("", false, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "end=\\u12"})
    void aStateThatIsMalformedIsUnknown(String state) throws Exception {
        Files.writeString(folder.resolve("state"), state);
        assertThat(ShutdownMarker.read(folder)).isEqualTo(new ShutdownMarker("", false, ""));
    }

    @Test
    void theEndOfAFileIsItsLastPositionAndItsLength() throws Exception {
        SegmentFile file = SegmentFixture.create(folder.resolve("segment"), new EventId(1, 2));
        assertThat(ShutdownMarker.endOf(file)).isEqualTo("1-2@28");
    }
}
