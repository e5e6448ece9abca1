/**
 * The results of a run, and of runs that are compared. Clients and scenarios create the records; the command writes
 * them, as JSON and as text. This package uses no other package of the tool.
 *
 * <pre>
 * ReportText -> Report      Comparison -> Medians, Report
 * </pre>
 */
package dev.freshet.examples.load.report;
