// FaultSimulator
