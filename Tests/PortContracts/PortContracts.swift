// PortContracts
