using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>An error that the module can give.</summary>
/// <param name="Section">What it concerns: the heading that it stands under.</param>
/// <param name="Id">The first part of its FullyQualifiedErrorId, by which scripts know it. It never changes.</param>
/// <param name="Category">What kind of error it is to PowerShell.</param>
/// <param name="Meaning">What is wrong, in one sentence.</param>
/// <param name="Remedy">What to do, in sentences.</param>
public sealed record ErrorEntry(string Section, string Id, ErrorCategory Category, string Meaning, string Remedy);
