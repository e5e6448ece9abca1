/**
 * The fault suite: clients follow a relay in a process of its own while faults occur, and the whole stream of each is
 * checked.
 *
 * <pre>
 * FaultPublisher -- POST, acknowledged --> relay --> (proxy) --> FaultClient -- EventDecoder --> StreamCheck
 *        \___ PublishedEvents ______________________________________ compared at the end ____________/
 *                                                    FaultRun --> FaultRow --> FaultTable
 * </pre>
 *
 * <p>A test starts a relay and a {@link dev.freshet.examples.faults.FaultRun} against it, makes faults occur and counts
 * them while the run goes on, and ends the run, which gives a row of the table. The table is printed after the last
 * test, and is in {@code target/faults.txt}. How long the runs are is in {@link
 * dev.freshet.examples.faults.FaultLengths}.
 */
@org.jspecify.annotations.NullMarked
package dev.freshet.examples.faults;
