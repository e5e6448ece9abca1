package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.hub.TopicLeasesFixture.THIRD;
import static dev.freshet.hub.TopicLeasesFixture.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.log.LogEntry.Kind;
import dev.freshet.log.TopicState;
import dev.freshet.store.StoredEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the leases read of the entries that the store delivers. */
class LeaseReaderTest extends LeasePartsFixture {
    private void deliverEvent(@Nullable EventId start) {
        deliver(StoredEntry.Kind.EVENT, start);
    }

    private void deliver(StoredEntry.Kind kind, @Nullable EventId start) {
        leases.reader().delivered(new StoredEntry(kind, TOPIC, new byte[0], null, start));
    }

    @Test
    void anEventOfATopicWhoseStartWasNotReadShowsThatItIsOpen() {
        startInLog();
        assertThat(lease.find(TOPIC)).isNull();
        deliverEvent(START);
        assertThat(held().start).isEqualTo(START);
    }

    @ParameterizedTest
    @EnumSource(names = {"EVENT", "URGENT"})
    void anEventOfTheNodeOfATopicRenewsIt(StoredEntry.Kind kind) {
        startOfAnother();
        pass(THIRD);
        deliver(kind, START);
        assertThat(held().lastEntryAt).isEqualTo(THIRD.toNanos());
    }

    @Test
    void anEventRegardlessOfTheStartDoesNotRenewATopic() {
        startOfAnother();
        pass(THIRD);
        deliverEvent(null);
        assertThat(held().lastEntryAt).isZero();
    }

    @Test
    void anEventOfAnEarlierStartDoesNotRenewATopic() {
        startOfAnother();
        pass(THIRD);
        deliverEvent(AwayStore.id(1));
        assertThat(held().lastEntryAt).isZero();
    }

    @Test
    void aRenewalRenewsATopic() {
        startOfAnother();
        pass(TIME);
        deliverOfMany(Kind.RENEWAL, START);
        assertThat(held().lastEntryAt).isEqualTo(TIME.toNanos());
        assertThat(lease.others.find(TOPIC)).isSameAs(held());
    }

    @Test
    void aProbeRecordsTheDisturbancesOfTheStoreAndDoesNotRenew() {
        startOfAnother();
        disturbances = 5;
        pass(TIME);
        deliverOfMany(Kind.PROBE, START);
        assertThat(lease.probed.find(TOPIC)).isSameAs(held());
        assertThat(held().disturbances).isEqualTo(5);
        assertThat(held().lastEntryAt).isZero();
    }

    @Test
    void aProbeOfATopicWhoseLeaseIsNotOverIsNotCounted() {
        startOfAnother();
        pass(TIME.minusNanos(1));
        deliverOfMany(Kind.PROBE, START);
        assertThat(lease.probed.isEmpty()).isTrue();
        assertThat(lease.others.find(TOPIC)).isSameAs(held());
    }

    @Test
    void anotherProbeOfATopicThatWasProbedDoesNotProlongItsTime() {
        startOfAnother();
        pass(TIME);
        deliverOfMany(Kind.PROBE, START);
        pass(THIRD);
        deliverOfMany(Kind.PROBE, START);
        assertThat(lease.probed.inTime(nanos.get())).containsExactly(held());
    }

    @Test
    void aProbeOfATopicOfThisNodeIsAnswered() {
        startInLog();
        leases.own(TOPIC, START);
        deliverOfMany(Kind.PROBE, START);
        await("the answer", () -> kinds().contains(Kind.RENEWAL));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RENEWAL", "PROBE"})
    void aTopicThatWasStartedBeforeTheFirstEntryIsKnownByWhatIsAskedOrSaidOfIt(Kind kind) {
        EventId before = AwayStore.id(1);
        deliverOfMany(kind, before);
        assertThat(log.topic(TOPIC).state()).isEqualTo(TopicState.OPEN);
        assertThat(held().start).isEqualTo(before);
    }

    @Test
    void aRenewalThatNoHubHasWrittenIsLogged() {
        byte[] body = {1, 2, 3};
        StoredEntry entry = new StoredEntry(StoredEntry.Kind.RENEWAL, "", body, null, null);
        assertThat(LogReader.logged(() -> leases.reader().delivered(entry)))
                .contains("store: a RENEWAL is not of a hub: java.io.EOFException");
    }

    @Test
    void aTopicThatEndedIsNotLeased() {
        startOfAnother();
        log.ended(TOPIC, START, AwayStore.id(3), 0);
        log.write(dev.freshet.log.LogEntry.of(Kind.REMOVAL, TOPIC), AwayStore.id(4), 0);
        leases.reader().delivered(new StoredEntry(StoredEntry.Kind.REMOVAL, TOPIC, new byte[0], null, null));
        assertThat(lease.find(TOPIC)).isNull();
    }
}
